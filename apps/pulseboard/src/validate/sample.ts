import { type Clock, isRecord } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import type { Answer, HttpClient, NoAnswer } from "../operator/http-client.ts";
import { shown } from "../operator/shown.ts";
import type { Expectations, ValidateDurations } from "./expectations.ts";
import { marketChecks } from "./market-checks.ts";
import { bodyOf200, HEALTH_PATH, MARKET_PATH, READINESS_PATH, timeOf } from "./routes-look.ts";
import { answersCheck, promptCheck, versionCheck } from "./server-checks.ts";

/** One look at a server that is watched. */
export interface Sample {
  /** When it was begun, Unix ms, and by the monotonic clock. */
  readonly atMs: number;
  readonly monotonicMs: number;
  /** How long mobile-data took; null when it was not answered. */
  readonly tookMs: number | null;
  /** Whether mobile-data answered with a snapshot. */
  readonly hasSnapshot: boolean;
  /** Whether that snapshot said `stale: false`. */
  readonly isFresh: boolean;
  readonly sequence: number | null;
  readonly periodMs: number | null;
  readonly checks: readonly Check[];
}

interface SampleOptions {
  readonly client: HttpClient;
  readonly expectations: Expectations;
  readonly durations: ValidateDurations;
  readonly clock: Clock;
}

/** Asks for what phones get, and for the server's own word on how it is. */
export async function takeSample({ client, expectations, durations, clock }: SampleOptions): Promise<Sample> {
  const atMs = clock.nowMs();
  const monotonicMs = clock.monotonicMs();
  const paths = [MARKET_PATH, HEALTH_PATH, READINESS_PATH];
  const answers = new Map(await Promise.all(paths.map(async (path) => [path, await client.ask(path)] as const)));
  const answer = answers.get(MARKET_PATH);
  const body = bodyOf200(answer);
  const { sequence, periodMs, checks } = marketChecks(body, timeOf(answer, clock), expectations);
  const hasSnapshot = sequence !== null;
  return {
    atMs,
    monotonicMs,
    tookMs: answer === undefined || answer.status === null ? null : answer.tookMs,
    hasSnapshot,
    isFresh: hasSnapshot && isRecord(body) && body.stale === false,
    sequence,
    periodMs,
    checks: [
      answersCheck(new Map([...answers].filter(([path]) => path !== READINESS_PATH))),
      promptCheck(answers, durations.answerMs),
      versionCheck(answers.get(HEALTH_PATH), expectations),
      ...checks,
      readinessCheck(answers.get(READINESS_PATH)),
    ],
  };
}

/** The server's own list of problems: they are named, and judged by what phones get. */
function readinessCheck(answer: Answer | NoAnswer | undefined): Check {
  const name = "degraded";
  // Also a 503 says why.
  const body = answer === undefined || answer.status === null ? undefined : answer.body;
  const degraded = isRecord(body) && Array.isArray(body.degraded) ? body.degraded.map(shown) : null;
  if (degraded === null) {
    return { name, verdict: "unknown", seen: "/readyz does not say" };
  }
  return degraded.length === 0
    ? { name, verdict: "ok", seen: "nothing" }
    : { name, verdict: "warning", seen: degraded.join(", ") };
}
