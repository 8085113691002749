import { useEffect, useRef } from "preact/hooks";
import { MarketView } from "../views/market/market-view.tsx";
import type { BreakdownProps, ViewProps } from "../views/view-props.ts";
import { type LazyView, lazyView, useLazyView } from "./lazy-view.tsx";
import { type Route, TAB_TITLES, type Tab } from "./route.ts";
import { focusHeading } from "./use-route.ts";

/** Everybody sees the market first; the code of the other views is loaded later. */
const TAB_VIEWS: Readonly<Record<Tab, LazyView<ViewProps>>> = {
  market: { loaded: () => MarketView, load: async () => MarketView },
  scores: lazyView(async () => (await import("../views/scores/scores-view.tsx")).ScoresView),
  movers: lazyView(async () => (await import("../views/movers/movers-view.tsx")).MoversView),
  perps: lazyView(async () => (await import("../views/perps/perps-view.tsx")).PerpsView),
  alerts: lazyView(async () => (await import("../views/alerts/alerts-view.tsx")).AlertsView),
  record: lazyView(async () => (await import("../views/record/record-view.tsx")).RecordView),
};
const BREAKDOWN = lazyView<BreakdownProps>(
  async () => (await import("../views/breakdown/breakdown-view.tsx")).BreakdownView,
);

/**
 * Loads the code of all views, so that each opens at once, also without a connection, and after an update has removed
 * this build's files from the server.
 */
export async function loadAllViews(): Promise<void> {
  await Promise.allSettled([...Object.values(TAB_VIEWS), BREAKDOWN].map((view) => view.load()));
  // Last, because it is the largest and only draws.
  await Promise.allSettled([import("../views/breakdown/draw-history.ts")]);
}

/** The view that the address asks for. */
export function ViewSlot({ route, props }: { readonly route: Route; readonly props: ViewProps }) {
  if (route.view !== "breakdown") {
    return <Lazy key={route.view} view={TAB_VIEWS[route.view]} props={props} title={TAB_TITLES[route.view]} />;
  }
  const { symbol } = route;
  return <Lazy key={symbol} view={BREAKDOWN} props={{ ...props, symbol }} title={symbol} />;
}

interface LazyProps<Props> {
  readonly view: LazyView<Props>;
  readonly props: Props;
  readonly title: string;
}

function Lazy<Props extends object>({ view, props, title }: LazyProps<Props>) {
  const View = useLazyView(view);
  const isThere = View !== null;
  const hadFocus = useRef(false);
  useEffect(() => {
    // The placeholder's heading had the focus and is gone now.
    if (isThere && hadFocus.current) {
      focusHeading();
    }
  }, [isThere]);
  if (View !== null) {
    return <View {...props} />;
  }
  return (
    <section class="empty-state" data-view="loading">
      <h1
        tabIndex={-1}
        onFocus={() => {
          hadFocus.current = true;
        }}
      >
        {title}
      </h1>
      <p>Loading</p>
    </section>
  );
}
