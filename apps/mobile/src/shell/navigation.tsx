import { hrefOf, type Route, TAB_TITLES, TABS, type Tab } from "./route.ts";
import "./navigation.css";

/**
 * Links to the views: within reach of the thumb on a phone, in the header on a wide screen. A breakdown belongs to the
 * scores.
 */
export function Navigation({ route }: { readonly route: Route }) {
  return (
    <nav class="navigation" aria-label="Views">
      <ul>
        {TABS.map((tab) => (
          <li key={tab}>
            <a href={hrefOf(tab)} aria-current={currency(tab, route)}>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d={ICONS[tab]} />
              </svg>
              <span class="navigation-name">{TAB_TITLES[tab]}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function currency(tab: Tab, route: Route): "page" | "true" | undefined {
  if (route.view === tab) {
    return "page";
  }
  return route.view === "breakdown" && tab === "scores" ? "true" : undefined;
}

const ICONS: Readonly<Record<Tab, string>> = {
  market: "M2 13h4l3-8 5 14 3-9 1.5 3H22",
  scores: "M4 6h9M4 12h16M4 18h12",
  movers: "M7 20V5M3 9l4-4 4 4M17 4v15M13 15l4 4 4-4",
  perps: "M5 19 19 5M7.5 5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5M16.5 14a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5",
  alerts: "M6 17v-6a6 6 0 0 1 12 0v6M4 17h16M10 20.5h4",
  record: "M3 12h18M6 12V5M10 12V8M14 12v5M18 12v8",
};
