/** The views that the navigation leads to, in its order. */
export const TABS = ["market", "scores", "movers", "perps", "alerts"] as const;

export type Tab = (typeof TABS)[number];

/** What the address asks for. */
export type Route =
  | { readonly view: Tab }
  /** The symbol is whatever stands there; nobody says that it exists. */
  | { readonly view: "breakdown"; readonly symbol: string };

/**
 * Reads the part of the address after "#": "#/scores", "#/BTCUSDT"; nothing is the market. What is no view is taken for a
 * symbol, so that a wrong address ends on a page that says what was looked for.
 */
export function routeOf(hash: string): Route {
  const name = hash.replace(/^#?\/?/, "");
  if (name === "") {
    return { view: "market" };
  }
  const tab = TABS.find((candidate) => candidate === name);
  return tab === undefined ? { view: "breakdown", symbol: decoded(name) } : { view: tab };
}

/** The address of a tab. */
export function hrefOf(tab: Tab): string {
  return tab === "market" ? "#/" : `#/${tab}`;
}

/** What the browser's tab says. */
export function titleOf(route: Route): string {
  const name = route.view === "breakdown" ? route.symbol : TAB_TITLES[route.view];
  return `${name} · Pulseboard`;
}

export const TAB_TITLES: Readonly<Record<Tab, string>> = {
  market: "Market",
  scores: "Scores",
  movers: "Movers",
  perps: "Perps",
  alerts: "Alerts",
};

/** A percent sign that encodes nothing stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
