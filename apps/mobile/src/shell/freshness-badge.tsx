import { useEffect, useState } from "preact/hooks";
import type { FeedState } from "../data/feed-state.ts";
import { isUnreachable } from "../data/fetch-json.ts";
import type { PageModel, PageState } from "../data/page-model.ts";
import { type FreshnessState, freshnessState } from "../data/snapshot-age.ts";
import { formatAge } from "../format/age.ts";
import { OwnElement } from "../parts/own-element.tsx";
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
    <div
      class="badge"
      data-badge=""
      data-state={shown === null ? "none" : badgeState(freshness, state)}
      data-connection={connection}
    >
      {failure !== null && (
        <span class="chip chip-offline">
          <OwnElement text={isUnreachable(failure) ? "Offline" : "Error"} />
        </span>
      )}
      {shown?.snapshot.simulated === true && <span class="chip chip-simulated">Simulated</span>}
      <span class="badge-state">
        <span class="badge-dot" aria-hidden="true" />
        {shown === null ? (
          <OwnElement text={connection === "connecting" ? "Loading" : "No data"} />
        ) : (
          <>
            <span class="badge-word">
              <OwnElement text={WORDS[badgeState(freshness, state)]} />
            </span>{" "}
            <Age ageMs={ageMs} />
          </>
        )}
      </span>
    </div>
  );
}

/** "fresh", which is green, requires a server that answers and has data; without one, young data is "recent". */
export function badgeState(
  freshness: FreshnessState,
  { connection, serverError }: Pick<FeedState, "connection" | "serverError">,
): FreshnessState | "recent" {
  const isLive = connection === "online" && serverError === null;
  return freshness === "fresh" && !isLive ? "recent" : freshness;
}

/** The words beside the age. */
const WORDS = { fresh: "Live", recent: "Recent", stale: "Stale", old: "Old" } as const;

function Age({ ageMs }: { readonly ageMs: number | null }) {
  if (ageMs === null) {
    return <span class="badge-age">age unknown</span>;
  }
  return (
    <span class="badge-age">
      <time dateTime={`PT${Math.floor(ageMs / 1000)}S`}>
        <OwnElement text={formatAge(ageMs / 1000)} />
      </time>
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
