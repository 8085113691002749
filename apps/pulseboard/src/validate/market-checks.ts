import { isRecord } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import { type Expectations, SECTION_NAMES, type SectionName } from "./expectations.ts";

const MIN_MOVING_SYMBOLS = 101;
const MIN_SCORES = 10;
const COMPONENTS_OF_A_SCORE = 6;
const MAX_MOVERS = 5;
/** A side without movers is believed while at most so many symbols move that way: they may all be below the floor of turnover. */
const FEW_MOVING_SYMBOLS = 10;
/** As for the server: two missed periods are bad luck, three are an outage. */
const RECENT_PERIODS = 3;

/** What the overview must know, and the section that has it. */
const FIGURES: readonly (readonly [name: string, section: SectionName])[] = [
  ["trend_strength", "overview"],
  ["total_volume_24h", "overview"],
  ["btc_dominance", "reference"],
];

/** A problem, and the section that it is about: a section that may be stale or missing today makes it a warning. */
interface Problem {
  readonly text: string;
  readonly section: SectionName | null;
}

export interface MarketBody {
  readonly sequence: number | null;
  readonly periodMs: number | null;
  readonly checks: readonly Check[];
}

type Body = Readonly<Record<string, unknown>>;

/**
 * Looks at the body of `/api/dashboard/mobile-data` field by field, believing no schema: it may be any server's.
 *
 * @param nowMs - The server's own time, Unix ms, so that this machine's clock does not matter.
 */
export function marketChecks(body: unknown, nowMs: number, expectations: Expectations): MarketBody {
  if (!isRecord(body) || body.status !== "success") {
    return { sequence: null, periodMs: null, checks: withoutSnapshot(body) };
  }
  const sequence = numberAt(body, "sequence");
  const periodMs = numberAt(body, "period_ms");
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

/** The names of the checks above that need a snapshot. */
const NEED_A_SNAPSHOT = ["origin", "breadth", "overview", "scores", "movers", "timestamp", "freshness"] as const;

function withoutSnapshot(body: unknown): readonly Check[] {
  const code = isRecord(body) && typeof body.error === "string" ? `error ${body.error}` : "no JSON of a snapshot";
  return [
    {
      name: "snapshot",
      verdict: "failed",
      seen: code,
      expected: 'status "success"',
      cure: "Wait for the first refresh; when none comes, /readyz and the worker's log say why.",
    },
    ...NEED_A_SNAPSHOT.map((name) => ({ name, verdict: "unknown", seen: "there is no snapshot" }) as const),
  ];
}

function originCheck(body: Body, { origin }: Expectations): Check {
  const seen = String(body.origin);
  if (origin === null || seen === origin) {
    return { name: "origin", verdict: "ok", seen };
  }
  const cure = "Set EXCHANGE and EXCHANGE_URL for the exchange whose market this server is to show.";
  return { name: "origin", verdict: "failed", seen, expected: origin, cure };
}

function breadth(body: Body): Finding {
  const up = numberAt(body, "market_breadth.up");
  const down = numberAt(body, "market_breadth.down");
  const seen = `${up ?? "unknown"} advancing, ${down ?? "unknown"} declining`;
  return (up ?? 0) + (down ?? 0) >= MIN_MOVING_SYMBOLS
    ? { seen, problems: [] }
    : { seen, problems: [{ text: seen, section: "overview" }] };
}

function overview(body: Body): Finding {
  const missing = isRecord(body.missing) ? body.missing : {};
  const problems = FIGURES.flatMap(([name, section]) => {
    const path = `market_overview.${name}`;
    return numberAt(body, path) === null
      ? [{ text: `${name} unknown (${String(missing[path] ?? "no reason")})`, section }]
      : [];
  });
  return { seen: "all three known", problems };
}

function scores(body: Body): Finding {
  const list = Array.isArray(body.confluence_scores) ? body.confluence_scores : [];
  const whole = list.filter(
    (score) =>
      isRecord(score) &&
      isRecord(score.components) &&
      Object.values(score.components).filter((component) => typeof component === "number").length ===
        COMPONENTS_OF_A_SCORE,
  );
  const seen = `${whole.length} of ${list.length} with ${COMPONENTS_OF_A_SCORE} components`;
  return { seen, problems: whole.length < MIN_SCORES ? [{ text: seen, section: "scores" }] : [] };
}

function movers(body: Body): Finding {
  const sides = (["gainers", "losers"] as const).map((side) => {
    const list = at(body, `top_movers.${side}`);
    return {
      side,
      count: Array.isArray(list) ? list.length : 0,
      moving: numberAt(body, `market_breadth.${SIDE_COUNTS[side]}`),
    };
  });
  const seen = sides.map(({ side, count }) => `${count} ${side}`).join(", ");
  const isWrong = sides.some(
    ({ count, moving }) => count > MAX_MOVERS || (count === 0 && (moving ?? 0) > FEW_MOVING_SYMBOLS),
  );
  const areNone = sides.every(({ count }) => count === 0);
  return { seen, problems: isWrong || areNone ? [{ text: seen, section: "movers" }] : [] };
}

const SIDE_COUNTS = { gainers: "up", losers: "down" } as const;

function timestampCheck(body: Body, nowMs: number, periodMs: number | null): Check {
  const name = "timestamp";
  const timestamp = numberAt(body, "timestamp");
  if (timestamp === null || periodMs === null) {
    return { name, verdict: "failed", seen: "no timestamp, or no period_ms", expected: "both" };
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

function freshness(body: Body): Finding {
  const sections = isRecord(body.sections) ? body.sections : {};
  const isStale = body.stale !== false;
  const whole: Problem[] = isStale ? [{ text: `the snapshot is stale${reasonOf(body)}`, section: null }] : [];
  const stale = SECTION_NAMES.filter((name) => {
    const section = sections[name];
    return !isRecord(section) || section.stale !== false;
  });
  const problems = [...whole, ...stale.map((section): Problem => ({ text: `${section} is stale`, section }))];
  return { seen: "all fresh", problems };
}

/** " (exchange_paused:banned)", where the server says why. */
function reasonOf(body: Body): string {
  const code = at(body, "stale_reason.code");
  return typeof code === "string" ? ` (${code})` : "";
}

interface Finding {
  /** What there is to say when nothing is wrong. */
  readonly seen: string;
  readonly problems: readonly Problem[];
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

function at(body: Body, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), body);
}

function numberAt(body: Body, path: string): number | null {
  const value = at(body, path);
  return typeof value === "number" ? value : null;
}
