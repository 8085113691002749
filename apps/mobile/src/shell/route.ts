/** The views in the order of the navigation. */
export const TABS = ["market", "scores", "movers", "perps", "alerts", "record"] as const;

export type Tab = (typeof TABS)[number];

/** The view that the address asks for. */
export type Route =
  | { readonly view: Tab }
  /** Any text; the symbol may not exist. */
  | { readonly view: "breakdown"; readonly symbol: string };

/**
 * Reads the part of the address after "#": "#/scores", "#/BTCUSDT", nothing for the market. Anything else counts as a
 * symbol, so that a wrong address leads to a page that names it.
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

/**
 * The title of the browser's tab.
 *
 * @param price - Of the breakdown's symbol; null while it is not known.
 */
export function titleOf(route: Route, price: string | null): string {
  const name = route.view === "breakdown" ? route.symbol : TAB_TITLES[route.view];
  // Before the name, as a narrow tab shows only the beginning.
  return `${price === null ? "" : `${price} `}${name} · Pulseboard`;
}

export const TAB_TITLES: Readonly<Record<Tab, string>> = {
  market: "Market",
  scores: "Scores",
  movers: "Movers",
  perps: "Perps",
  alerts: "Alerts",
  record: "Record",
};

/** Leaves a percent sign that encodes nothing as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
