import { HISTORY_ROUTES, type SymbolHistory } from "@pulseboard/snapshot";

/** The history of one symbol, as the server's documentation has it. */
export function sampleHistory(): SymbolHistory {
  const route = HISTORY_ROUTES.find(({ name }) => name === "symbolHistory");
  if (route === undefined) {
    throw new Error("there is no route of a symbol's history");
  }
  return { status: "success", ...route.example() } as unknown as SymbolHistory;
}
