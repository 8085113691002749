import { type Clock, isRecord } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import type { HttpClient } from "../operator/http-client.ts";
import { bodyOf200, MARKET_PATH } from "./routes-look.ts";

const LONGEST_POLL_MS = 1_000;
const PERIODS = 2;
/** A second period ends a moment later than its second tick: the refresh takes its time. */
const POLLS_IN_A_PERIOD = 10;

export interface Growth {
  readonly check: Check;
  /** The next sequence; null when none came. */
  readonly sequence: number | null;
}

interface SequenceOptions {
  readonly client: HttpClient;
  readonly sequence: number | null;
  readonly periodMs: number | null;
  readonly clock: Clock;
  readonly onProgress: (text: string) => void;
}

/** Waits until a newer snapshot is served, for at most two periods. */
export async function sequenceCheck(options: SequenceOptions): Promise<Growth> {
  const { client, sequence, periodMs, clock, onProgress } = options;
  const name = "sequence";
  if (sequence === null || periodMs === null || periodMs <= 0) {
    return { check: { name, verdict: "unknown", seen: "there is no snapshot to wait after" }, sequence: null };
  }
  const startedMs = clock.monotonicMs();
  const waitMs = PERIODS * periodMs;
  const pollMs = Math.min(LONGEST_POLL_MS, periodMs / POLLS_IN_A_PERIOD);
  for (;;) {
    const body = bodyOf200(await client.ask(MARKET_PATH));
    const next = isRecord(body) && typeof body.sequence === "number" ? body.sequence : sequence;
    const sinceMs = clock.monotonicMs() - startedMs;
    if (next > sequence) {
      const seen = `${sequence}, and ${next} after ${seconds(sinceMs)}`;
      return { check: { name, verdict: "ok", seen }, sequence: next };
    }
    if (next < sequence) {
      return { check: { ...FAILED, seen: `${next} after ${sequence}` }, sequence: null };
    }
    if (sinceMs > waitMs) {
      return { check: { ...FAILED, seen: `still ${sequence} after ${seconds(sinceMs)}` }, sequence: null };
    }
    onProgress(`waiting for a newer snapshot: ${seconds(sinceMs)} of at most ${seconds(waitMs)}`);
    await clock.sleep(pollMs);
  }
}

const FAILED = {
  name: "sequence",
  verdict: "failed",
  expected: "it grows within two periods",
  cure: "Look whether the worker refreshes: pulseboard doctor on its machine names the cause.",
} as const;

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
