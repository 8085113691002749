import type { PageSnapshot } from "@pulseboard/snapshot";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { PageModel } from "./data/page-model.ts";
import { freshnessState } from "./data/snapshot-age.ts";
import { formats } from "./format/formats.ts";
import { Announcer } from "./shell/announcer.tsx";
import { EmptyState } from "./shell/empty-state.tsx";
import { ErrorBoundary } from "./shell/error-boundary.tsx";
import { Footer } from "./shell/footer.tsx";
import { Header } from "./shell/header.tsx";
import { watchForNewerVersion } from "./shell/newer-version.ts";
import { NoticeBar } from "./shell/notice-bar.tsx";
import { emptyMessage, noticeFor } from "./shell/notices.ts";
import { PullIndicator } from "./shell/pull-indicator.tsx";
import { type Route, titleOf } from "./shell/route.ts";
import { useNowS, usePageState } from "./shell/use-page-state.ts";
import { useRefresh } from "./shell/use-refresh.ts";
import { useRoute } from "./shell/use-route.ts";
import { ViewSlot } from "./shell/view-slot.tsx";
import type { ViewProps } from "./views/view-props.ts";

/** The whole page: the frame, and the view that the address asks for. */
export function App({ model }: { readonly model: PageModel }) {
  const state = usePageState(model);
  const route = useRoute();
  const refresh = useRefresh(model);
  const isOutdated = useNewerVersion();
  const freshness = state.shown && freshnessState(state.shown.snapshot, model.ageMs());
  const props = useViewProps(
    model,
    state,
    freshness === "fresh" && state.shown?.snapshot.sections.scores.stale === false,
  );
  useTitle(titleOf(route, props?.isFresh === true ? priceOf(route, props.snapshot) : null));

  const notice = state.shown && freshness && noticeFor(state, freshness, model.nowS());
  const address = route.view === "breakdown" ? `${route.view}:${route.symbol}` : route.view;
  // Returns the same element while nothing in it changed, so that Preact does not render the view again.
  const view = useMemo(() => props && <ViewSlot route={route} props={props} />, [props, address]);
  return (
    <>
      <Header model={model} state={state} route={route} refresh={refresh} />
      <PullIndicator onRefresh={refresh.refresh} />
      <main class="content" data-sequence={state.shown?.snapshot.sequence}>
        {notice && <NoticeBar kind={notice.kind}>{notice.text}</NoticeBar>}
        {isOutdated && (
          <NoticeBar kind="newer">
            A newer version of this page is ready.{" "}
            <button type="button" class="button" onClick={() => location.reload()}>
              Reload
            </button>
          </NoticeBar>
        )}
        <ErrorBoundary of={address}>{view ?? <Empty {...emptyMessage(state)} />}</ErrorBoundary>
      </main>
      {state.shown && <Footer snapshot={state.shown.snapshot} />}
      <Announcer model={model} state={state} result={refresh.result} />
    </>
  );
}

function Empty({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <EmptyState title={title}>
      <p>{text}</p>
    </EmptyState>
  );
}

/** null while there is nothing to show. Returns the same object as long as none of its fields changed. */
function useViewProps(model: PageModel, state: ReturnType<PageModel["state"]>, isFresh: boolean): ViewProps | null {
  const { shown, changes, favourites } = state;
  const snapshot = shown?.snapshot ?? null;
  const nowS = useNowS(model, state);
  const { actions } = model;
  return useMemo(
    () => snapshot && { snapshot, changes, favourites, nowS, isFresh, actions },
    [snapshot, changes, favourites, nowS, isFresh, actions],
  );
}

/** The price of the breakdown's symbol; null where there is none. */
function priceOf(route: Route, { confluence_scores }: PageSnapshot): string | null {
  const row = route.view === "breakdown" ? confluence_scores.find(({ symbol }) => symbol === route.symbol) : undefined;
  return row === undefined ? null : formats.price(row.price);
}

/** A tab has no room for an age: it says a price only while that is the price of now. */
function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function useNewerVersion(): boolean {
  const [isOutdated, setIsOutdated] = useState(false);
  useEffect(() => watchForNewerVersion(() => setIsOutdated(true)), []);
  return isOutdated;
}
