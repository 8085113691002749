import { isRecord } from "@pulseboard/runtime";
import { shown } from "../operator/shown.ts";
import { SECTION_NAMES, type SectionName } from "./expectations.ts";

const MIN_MOVING_SYMBOLS = 101;
export const MIN_SCORES = 10;
export const COMPONENTS_OF_A_SCORE = 6;
export const MAX_MOVERS = 5;
/** A side without movers is believed while at most so many symbols move that way: they may all be below the floor of turnover. */
const FEW_MOVING_SYMBOLS = 10;

/** What the overview must know, and the section that has it. */
export const FIGURES: readonly (readonly [name: string, section: SectionName])[] = [
  ["trend_strength", "overview"],
  ["total_volume_24h", "overview"],
  ["btc_dominance", "reference"],
];

/** A problem, and the section that it is about: a section that may be stale or missing today makes it a warning. */
interface Problem {
  readonly text: string;
  readonly section: SectionName | null;
}

/** What there is to see in the body, and what is wrong with it. */
export interface Finding {
  /** What there is to say when nothing is wrong. */
  readonly seen: string;
  readonly problems: readonly Problem[];
}

export type Body = Readonly<Record<string, unknown>>;

/** Most of the market must be there: its symbols advance or decline. */
export function breadth(body: Body): Finding {
  const up = numberAt(body, "market_breadth.up");
  const down = numberAt(body, "market_breadth.down");
  const seen = `${up ?? "unknown"} advancing, ${down ?? "unknown"} declining`;
  return (up ?? 0) + (down ?? 0) >= MIN_MOVING_SYMBOLS
    ? { seen, problems: [] }
    : { seen, problems: [{ text: seen, section: "overview" }] };
}

/** The figures without which a dashboard would be empty. */
export function overview(body: Body): Finding {
  const missing = isRecord(body.missing) ? body.missing : {};
  const problems = FIGURES.flatMap(([name, section]) => {
    const path = `market_overview.${name}`;
    return numberAt(body, path) === null
      ? [{ text: `${name} unknown (${shown(missing[path] ?? "no reason")})`, section }]
      : [];
  });
  return { seen: "all three known", problems };
}

/** Scores with all their components. */
export function scores(body: Body): Finding {
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

/** Lists of movers, as far as there are any. */
export function movers(body: Body): Finding {
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

/** Neither the whole nor a part may be old. */
export function freshness(body: Body): Finding {
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

/** " (exchange_paused:exchange_banned, until 2025-06-10T12:10:00.000Z)", as far as the server knows. */
function reasonOf(body: Body): string {
  const code = at(body, "stale_reason.code");
  const until = new Date((numberAt(body, "stale_reason.until") ?? Number.NaN) * 1000);
  const untilText = Number.isNaN(until.getTime()) ? "" : `, until ${until.toISOString()}`;
  return typeof code === "string" ? ` (${shown(code)}${untilText})` : "";
}

function at(body: Body, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), body);
}

/** The number at a dotted path; null when there is none. */
export function numberAt(body: Body, path: string): number | null {
  const value = at(body, path);
  return typeof value === "number" ? value : null;
}
