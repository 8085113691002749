import type { DaysDocument } from "@pulseboard/snapshot";
import { isReadable } from "./response-guards.ts";

/** What the page reads and keeps of `/api/days`: the closes of the half hours of one day, for each symbol. */
export interface Days extends Pick<DaysDocument, "schema_version" | "origin" | "as_of"> {
  readonly status: "success";
  readonly symbols: Readonly<Record<string, Pick<DaysDocument["symbols"][string], "price_day">>>;
}

/** Between two points of a day, in seconds. */
export const HALF_HOUR_S = 1800;

export function isDays(body: unknown): body is Days {
  const { status, schema_version, origin, as_of, symbols } = (body ?? {}) as Partial<Record<keyof Days, unknown>>;
  return (
    status === "success" &&
    isReadable(schema_version) &&
    typeof origin === "string" &&
    Number.isFinite(as_of) &&
    typeof symbols === "object" &&
    symbols !== null
  );
}

/** Without the day's scores, which the list does not show: half of the memory, and of the copy on the device. */
export function onlyPrices({ status, schema_version, origin, as_of, symbols }: Days): Days {
  const prices = Object.entries(symbols).map(([symbol, { price_day }]) => [symbol, { price_day }]);
  return { status, schema_version, origin, as_of, symbols: Object.fromEntries(prices) };
}
