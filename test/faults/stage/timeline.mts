import type { Fault, Timeline, Unanswered } from "../contracts.mts";

/** The harness's own record of what it did. */
export interface TimelineWriter {
  readonly timeline: Timeline;
  began(fault: Fault): void;
  /** It may go on: the end is read from it. */
  unanswered(what: Unanswered): void;
  ended(fault: Fault): void;
  serverAway(): void;
  serverBack(): void;
  clockSet(): void;
}

export function createTimeline(): TimelineWriter {
  const faults: { readonly fault: Fault; readonly beganMs: number; endedMs: number | null }[] = [];
  const unanswered: Unanswered[] = [];
  const serverAway: { readonly fromMs: number; toMs: number | null }[] = [];
  const clockSets: number[] = [];
  const nowMs = (): number => performance.now();
  return {
    timeline: { faults, unanswered, serverAway, clockSets },
    began: (fault) => void faults.push({ fault, beganMs: nowMs(), endedMs: null }),
    unanswered: (what) => void unanswered.push(what),
    ended: (fault) => {
      for (const each of faults) {
        each.endedMs ??= each.fault === fault ? nowMs() : null;
      }
    },
    serverAway: () => {
      if (serverAway.at(-1)?.toMs !== null) {
        serverAway.push({ fromMs: nowMs(), toMs: null });
      }
    },
    serverBack: () => {
      const last = serverAway.at(-1);
      if (last !== undefined) {
        last.toMs ??= nowMs();
      }
    },
    clockSet: () => void clockSets.push(nowMs()),
  };
}
