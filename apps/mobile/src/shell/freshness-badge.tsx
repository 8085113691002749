import { useEffect, useState } from "preact/hooks";
import type { FeedState } from "../data/feed-state.ts";
import { isUnreachable } from "../data/fetch-json.ts";
import type { PageModel, PageState } from "../data/page-model.ts";
import { type FreshnessState, freshnessState } from "../data/snapshot-age.ts";
import { formatAge } from "../format/age.ts";
import "./freshness-badge.css";

interface FreshnessBadgeProps {
  readonly model: PageModel;
  readonly state: PageState;
}

/**
 * The age of the data, counted every second, with a colour and a word for its state. Not a live region: nobody wants a
 * voice that counts. `Announcer` reports changes of state.
 */
export function FreshnessBadge({ model, state }: FreshnessBadgeProps) {
  useEverySecond(model);
  const { shown, connection, failure } = state;
  const ageMs = model.ageMs();
  const freshness = shown === null ? "old" : freshnessState(shown.snapshot, ageMs);
  return (
    <div class="badge" data-badge="" data-state={shown === null ? "none" : freshness} data-connection={connection}>
      {failure !== null && <span class="chip chip-offline">{isUnreachable(failure) ? "Offline" : "Error"}</span>}
      {shown?.snapshot.simulated === true && <span class="chip chip-simulated">Simulated</span>}
      <span class="badge-state">
        <span class="badge-dot" aria-hidden="true" />
        {shown === null ? (
          <span>{connection === "connecting" ? "Loading" : "No data"}</span>
        ) : (
          <>
            <span class="badge-word">{badgeWord(freshness, state)}</span> <Age ageMs={ageMs} />
          </>
        )}
      </span>
    </div>
  );
}

/** The word beside the age. "Live" requires a server that answers and has data. */
export function badgeWord(freshness: FreshnessState, state: Pick<FeedState, "connection" | "serverError">): string {
  const isLive = state.connection === "online" && state.serverError === null;
  if (freshness === "fresh") {
    return isLive ? "Live" : "Recent";
  }
  return freshness === "stale" ? "Stale" : "Old";
}

function Age({ ageMs }: { readonly ageMs: number | null }) {
  if (ageMs === null) {
    return <span class="badge-age">age unknown</span>;
  }
  return (
    <span class="badge-age">
      <time dateTime={`PT${Math.floor(ageMs / 1000)}S`}>{formatAge(ageMs / 1000)}</time>
      <span class="visually-hidden"> old</span>
    </span>
  );
}

/** Renders again whenever the age grows by a second, while the page is visible. */
function useEverySecond(model: PageModel): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = (): void => {
      clearTimeout(timer);
      if (document.hidden) {
        return;
      }
      setTick((ticks) => ticks + 1);
      timer = setTimeout(tick, 1000 - ((model.ageMs() ?? 0) % 1000));
    };
    tick();
    document.addEventListener("visibilitychange", tick);
    return () => {
      document.removeEventListener("visibilitychange", tick);
      clearTimeout(timer);
    };
  }, [model]);
}
