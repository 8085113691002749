import { isRecord } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import { shown } from "../operator/shown.ts";
import type { Expectations } from "./expectations.ts";
import {
  type Body,
  breadth,
  COMPONENTS_OF_A_SCORE,
  FIGURES,
  type Finding,
  freshness,
  MAX_MOVERS,
  MIN_SCORES,
  movers,
  numberAt,
  overview,
  scores,
} from "./findings.ts";

/** As for the server: two missed periods are bad luck, three are an outage. */
const RECENT_PERIODS = 3;
/** Of REFRESH_CRON. */
const LONGEST_PERIOD_MS = 3_600_000;

export interface MarketBody {
  readonly sequence: number | null;
  readonly periodMs: number | null;
  readonly checks: readonly Check[];
}

/**
 * Looks at the body of `/api/dashboard/mobile-data` field by field, believing no schema: it may be any server's.
 *
 * @param body - undefined when it was not answered.
 * @param nowMs - The server's own time, Unix ms, so that this machine's clock does not matter.
 */
export function marketChecks(body: unknown, nowMs: number, expectations: Expectations): MarketBody {
  if (!isRecord(body) || body.status !== "success") {
    return { sequence: null, periodMs: null, checks: withoutSnapshot(body) };
  }
  const sequence = numberAt(body, "sequence");
  const periodMs = periodOf(body);
  const checks = [
    { name: "snapshot", verdict: "ok", seen: `sequence ${sequence ?? "unknown"}` } as const,
    originCheck(body, expectations),
    judged("breadth", breadth(body), expectations, {
      expected: "more than 100 advancing and declining symbols",
      cure: "See why the tickers of most symbols are missing: /readyz and the worker's log say so.",
    }),
    judged("overview", overview(body), expectations, {
      expected: `${FIGURES.map(([name]) => name).join(", ")} are known`,
      cure: "Ask /readyz what is missing; with --allow reference a source of reference data may be away today.",
    }),
    judged("scores", scores(body), expectations, {
      expected: `at least ${MIN_SCORES} scores with ${COMPONENTS_OF_A_SCORE} components`,
      cure: "Wait for the first whole refresh; when it does not come, the worker's log says why.",
    }),
    judged("movers", movers(body), expectations, {
      expected: `up to ${MAX_MOVERS} gainers and ${MAX_MOVERS} losers`,
      cure: "Look at MOVERS_MIN_TURNOVER_USD, and at the tickers in the worker's log.",
    }),
    timestampCheck(body, nowMs, periodMs),
    judged("freshness", freshness(body), expectations, {
      expected: "neither the snapshot nor a section is stale",
      cure: "Run pulseboard doctor on the server's machine: it names the cause.",
    }),
  ];
  return { sequence, periodMs, checks };
}

/** Null where a server says what no schedule can have: it would be waited for, and nothing would ever be too old. */
function periodOf(body: Body): number | null {
  const periodMs = numberAt(body, "period_ms");
  return periodMs !== null && periodMs > 0 && periodMs <= LONGEST_PERIOD_MS ? periodMs : null;
}

/** The names of the checks above that need a snapshot. */
const NEED_A_SNAPSHOT = ["origin", "breadth", "overview", "scores", "movers", "timestamp", "freshness"] as const;

/** @param body - undefined when it was not answered with 200, which another check tells. */
function withoutSnapshot(body: unknown): readonly Check[] {
  const unknown = (name: string): Check => ({ name, verdict: "unknown", seen: "there is no snapshot" });
  const snapshot: Check =
    body === undefined
      ? { name: "snapshot", verdict: "unknown", seen: "mobile-data was not answered" }
      : {
          name: "snapshot",
          verdict: "failed",
          seen:
            isRecord(body) && typeof body.error === "string" ? `error ${shown(body.error)}` : "no JSON of a snapshot",
          expected: 'status "success"',
          cure: "Wait for the first refresh; when none comes, /readyz and the worker's log say why.",
        };
  return [snapshot, ...NEED_A_SNAPSHOT.map(unknown)];
}

function originCheck(body: Body, { origin }: Expectations): Check {
  const isSimulated = body.simulated === true && body.origin !== "simulator";
  const seen = `${shown(body.origin)}${isSimulated ? ", simulated" : ""}`;
  if (origin === null || seen === origin) {
    return { name: "origin", verdict: "ok", seen };
  }
  const cure = "Set EXCHANGE and EXCHANGE_URL for the exchange whose market this server is to show.";
  return { name: "origin", verdict: "failed", seen, expected: origin, cure };
}

function timestampCheck(body: Body, nowMs: number, periodMs: number | null): Check {
  const name = "timestamp";
  const timestamp = numberAt(body, "timestamp");
  if (timestamp === null || periodMs === null) {
    return { name, verdict: "failed", seen: "no timestamp, or no period_ms of a schedule", expected: "both" };
  }
  const ageS = Math.round(nowMs / 1000 - timestamp);
  const recentS = (RECENT_PERIODS * periodMs) / 1000;
  const seen = `${ageS} s old`;
  if (Math.abs(ageS) <= recentS) {
    return { name, verdict: "ok", seen };
  }
  const cure =
    ageS > 0
      ? "Look whether the worker runs and refreshes: pulseboard doctor on its machine names the cause."
      : "Set the clocks of worker and server by NTP.";
  return { name, verdict: "failed", seen, expected: `at most ${recentS} s (three periods)`, cure };
}

function judged(
  name: string,
  { seen, problems }: Finding,
  { allowed }: Expectations,
  { expected, cure }: { readonly expected: string; readonly cure: string },
): Check {
  if (problems.length === 0) {
    return { name, verdict: "ok", seen };
  }
  const isAllowed = problems.every(({ section }) => section !== null && allowed.has(section));
  const text = problems.map((problem) => problem.text).join("; ");
  return isAllowed
    ? { name, verdict: "warning", seen: `${text} (allowed)`, expected }
    : { name, verdict: "failed", seen: text, expected, cure };
}
