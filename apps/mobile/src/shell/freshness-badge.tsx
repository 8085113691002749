import { useEffect, useState } from "preact/hooks";
import { isUnreachable } from "../data/answer.ts";
import type { PageModel, PageState } from "../data/page-model.ts";
import { freshnessState } from "../data/snapshot-age.ts";
import { formatAge } from "../format/age.ts";
import { badgeWord } from "./badge-word.ts";
import "./freshness-badge.css";

interface FreshnessBadgeProps {
  readonly model: PageModel;
  readonly state: PageState;
}

/**
 * How old all this is, counted on every second, and by its colour and a word whether that is all right. It is no live
 * region: nobody wants a voice that counts. Changes of its state are said by `Announcer`.
 */
export function FreshnessBadge({ model, state }: FreshnessBadgeProps) {
  useEverySecond(model);
  const { held, connection, failure } = state;
  const ageMs = model.ageMs();
  const freshness = held === null ? "old" : freshnessState(held.snapshot, ageMs);
  return (
    <div class="badge" data-badge="" data-state={held === null ? "none" : freshness} data-connection={connection}>
      {failure !== null && <span class="chip chip-offline">{isUnreachable(failure) ? "Offline" : "Error"}</span>}
      {held?.snapshot.simulated === true && <span class="chip chip-simulated">Simulated</span>}
      <span class="badge-state">
        <span class="badge-dot" aria-hidden="true" />
        {held === null ? (
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

/** Renders again whenever the age is a second more, while the page is in sight. */
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
