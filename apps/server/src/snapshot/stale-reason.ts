import { type Clock, sleepUnlessAborted } from "@pulseboard/runtime";
import { type StaleReason, unixMsFromIso } from "@pulseboard/snapshot";
import type { SnapshotHolder } from "./current-snapshot.ts";
import type { Reason } from "./reasons.ts";

/**
 * What can keep new snapshots away, most telling first: a cause before what follows from it. What ends in a colon is the beginning of
 * a code. Of the stores only Redis brings snapshots from another process.
 */
const CAUSES = [
  "exchange_paused:",
  "exchange_frozen",
  "exchange_lagging",
  "refresh_failing:refresh_hung",
  "refresh_failing:",
  "worker_silent",
  "queue_silent",
  "store_away:redis",
  "store_unwritable:redis",
] as const;

/** By how much the times of one reason may differ from one look to the next: they are converted between clocks. */
const SAME_WITHIN_S = 1;

/** Why nothing newer is served: the most telling of the reasons, of several pauses the last to end; null if none of them is a cause. */
export function staleReasonOf(reasons: readonly Reason[]): StaleReason | null {
  for (const cause of CAUSES) {
    const [found] = reasons
      .filter(({ code }) => (cause.endsWith(":") ? code.startsWith(cause) : code === cause))
      .toSorted((one, other) => endMs(other) - endMs(one));
    if (found !== undefined) {
      const { code, since, until } = found;
      return { code, since: unixSeconds(since), until: until === null ? null : unixSeconds(until) };
    }
  }
  return null;
}

function endMs({ until }: Reason): number {
  return until === null ? Number.MAX_VALUE : unixMsFromIso(until);
}

function unixSeconds(iso: string): number {
  return Math.floor(unixMsFromIso(iso) / 1000);
}

export interface StaleReasonOptions {
  readonly reasons: () => readonly Reason[];
  readonly snapshots: Pick<SnapshotHolder, "explain">;
  readonly durations: { readonly pollMs: number };
  readonly clock: Clock;
}

/** Keeps the stale bodies' reason as it is: looks now and from time to time, also while the snapshot is still fresh. */
export function followStaleReason({ reasons, snapshots, durations, clock }: StaleReasonOptions): { close(): void } {
  const closing = new AbortController();
  let known: StaleReason | null = null;

  const look = (): void => {
    const reason = staleReasonOf(reasons());
    if (!isSame(reason, known)) {
      known = reason;
      snapshots.explain(reason);
    }
  };
  const followUntilClosed = async (): Promise<void> => {
    while (await sleepUnlessAborted(clock, durations.pollMs, closing.signal)) {
      look();
    }
  };
  look();
  void followUntilClosed();
  return { close: () => closing.abort() };
}

function isSame(one: StaleReason | null, other: StaleReason | null): boolean {
  if (one === null || other === null) {
    return one === other;
  }
  return one.code === other.code && isClose(one.since, other.since) && isClose(one.until, other.until);
}

function isClose(one: number | null, other: number | null): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) <= SAME_WITHIN_S;
}
