import { generateMarket } from "@pulseboard/testing/generated-market";
import { createRandom } from "@pulseboard/testing/random";
import { foldScore, type PublishedScore } from "../confluence/published-score.ts";
import { ALL_COMPONENTS, scoreSymbol } from "../confluence/score-symbol.ts";
import {
  COMPONENTS,
  type ComponentName,
  type ComponentResult,
  type Contributions,
  type RuleResult,
  type SymbolAnalysis,
  type TimeframeResult,
} from "../domain/symbol-analysis.ts";
import type { Input, SymbolInputs } from "../domain/symbol-inputs.ts";
import { stretched } from "./oracle/whole-score.ts";
import { mapInput } from "./reflect.ts";
import { saysItsFigures } from "./sentence-templates.ts";
import { isRounded, readingsOf, unfounded } from "./sentences.ts";

/** An analysis with the score that is published of it. */
export interface Published {
  readonly seed: number;
  readonly analysis: SymbolAnalysis;
  readonly published: PublishedScore;
}

const MINUTE_MS = 60_000;
/** The time since the fold before in every other market, ms: several of each kind of words. */
const SINCE_MS = [20_000, 2 * MINUTE_MS, 10 * MINUTE_MS, 40 * MINUTE_MS];

/** Analyses of markets of many kinds: long and short histories, deep and thin books, missing inputs, late and broken trades. */
export function* generatedAnalyses(count: number): Generator<Published> {
  let before: PublishedScore | null = null;
  for (let seed = 1; seed <= count; seed++) {
    const inputs = withGaps(marketOf(seed), seed);
    const analysis = scoreSymbol(inputs);
    const sinceMs = SINCE_MS[seed % SINCE_MS.length] ?? 0;
    const begins = seed % 2 === 0 || before === null;
    const average =
      begins || before === null
        ? null
        : { ...before.average, asOfMs: inputs.nowMs - sinceMs, beganAtMs: inputs.nowMs - 2 * sinceMs };
    const published = foldScore(analysis, inputs.nowMs, average);
    if (published !== null) {
      yield { seed, analysis, published };
      before = published;
    }
  }
}

function marketOf(seed: number): SymbolInputs {
  const random = createRandom(seed);
  const pick = <T>(...values: readonly [T, ...T[]]): T => values[random.below(values.length)] ?? values[0];
  return generateMarket({
    seed,
    price: 10 ** (13 * random.uniform() - 7),
    candles: pick(60, 80, 150, 320, 700),
    trades: pick(10, 60, 200, 400),
    levels: pick(1, 5, 60, 300),
    drift: pick(-0.4, 0, 0.4),
    quietShare: pick(0, 0.02),
  });
}

/** Every fifth market lacks an input; trades of every third are late, and of every fourth known in part only. */
function withGaps(inputs: SymbolInputs, seed: number): SymbolInputs {
  const names = ["book", "trades", "openInterestBase", "longAccountShare", "liquidations", "ticker"] as const;
  const lost = names[seed % names.length] ?? "book";
  const reason = seed % 10 === 0 ? "stale_input" : "not_provided";
  const blind = { known: false, reason, periodMs: 30_000 } as const;
  const late = <T>(input: Input<T>): Input<T> =>
    input.known && seed % 3 === 0 ? { ...input, asOfMs: input.asOfMs - (seed % 5) * 50_000 } : input;
  const trades = mapInput(late(inputs.trades), (value) => {
    const [first] = value.coverage;
    return seed % 4 > 0 || first === undefined
      ? value
      : { ...value, coverage: [{ fromMs: first.toMs - 7.3 * MINUTE_MS, toMs: first.toMs }] };
  });
  return { ...inputs, trades, ...(seed % 5 === 0 ? { [lost]: blind } : {}) };
}

/** What the sentences of an analysis say without figures for it; empty when all is well. */
export function brokenSentences({ seed, analysis, published }: Published): readonly string[] {
  const readings = readingsOf(analysis, labelOf).flatMap((said) =>
    unfounded(said).map((number) => `${seed} ${said.path}: ${number} in "${said.text}"`),
  );
  return [
    ...readings,
    ...readingsOf(analysis, labelOf)
      .filter((said) => !saysItsFigures(said))
      .map((said) => `${seed} ${said.path}: other figures than "${said.text}"`),
    ...analysis.components.flatMap(({ rules }) => rules.flatMap(brokenRule)),
    ...analysis.components.flatMap(brokenComponent),
    ...analysis.components.flatMap(brokenUnknown),
    ...brokenSummary(analysis, analysis.interpretation, {
      score: analysis.score ?? Number.NaN,
      contributions: published.contributions.now,
      averagedMs: 0,
      isGap: false,
    }),
    ...brokenSummary(analysis, published.interpretation, {
      score: published.score,
      contributions: published.contributions.after,
      averagedMs: published.averagedMs,
      isGap: (published.sinceBeforeMs ?? 0) > 3 * MINUTE_MS,
    }),
  ].map((line) => `seed ${seed}: ${line}`);
}

export function labelOf(rule: string): string {
  const found = ALL_COMPONENTS.flatMap(({ rules }) => rules).find((each) => each.rule === rule);
  return found?.per === "timeframe" ? found.label : "";
}

/** The two rules that push a component's way most, the stronger first; where none pushes at all, the first two known ones. */
function strongestRules(rules: readonly RuleResult[], towards: number): readonly RuleResult[] {
  const known = rules.filter(({ signal }) => signal !== null);
  const push = ({ weight, signal }: RuleResult) => towards * weight * (signal ?? 0);
  const pushing = known.filter((rule) => push(rule) > 0).toSorted((a, b) => push(b) - push(a));
  return (pushing.length > 0 ? pushing : known).slice(0, 2);
}

/** The timeframe that pushes the rule's own way most says what the rule says. */
function clauseOf({ sentence, timeframes, signal }: RuleResult): string {
  const towards = Math.sign(signal ?? 0);
  const push = (part: TimeframeResult) => towards * part.weight * (part.signal ?? 0);
  const [strongest] = timeframes.filter((part) => part.signal !== null).toSorted((a, b) => push(b) - push(a));
  return (strongest?.sentence ?? sentence ?? "").slice(0, -1);
}

/** A rule with timeframes says so, and what its strongest timeframe says: the numbers are that one's figures. */
function brokenRule(rule: RuleResult): readonly string[] {
  const known = rule.timeframes.filter(({ signal }) => signal !== null);
  const pushes = known.some(({ signal }) => (signal ?? 0) * (rule.signal ?? 0) > 0);
  const most = known.length > 1 && pushes ? ", which pushes it most" : "";
  return rule.sentence === null || rule.sentence === `${clauseOf(rule)}${most}.`
    ? []
    : [`${rule.rule}: "${rule.sentence}"`];
}

/** A component's sentence names its score as it is shown, the rules that push it most, and how many are unknown. */
export function brokenComponent({
  component,
  interpretation,
  score,
  rules,
  signal,
}: ComponentResult): readonly string[] {
  if (score === null || signal === null) {
    return [];
  }
  const [, title = "", words = "", shown = "", clauses = "", unknown = "0", total] =
    /^([A-Z][a-z ]+) is ([a-z ]+) \(([\d.]+)\): (.+?)(?: \((\d+) of (\d+) unknown\))?\.$/.exec(interpretation) ?? [];
  const isCounted =
    Number(unknown) === rules.filter((rule) => rule.signal === null).length &&
    (total === undefined || Number(total) === rules.length);
  const said = strongestRules(rules, Math.sign(signal)).map(clauseOf).join("; ");
  const isFounded = clauses.toLowerCase() === said.toLowerCase();
  const isNamed = title.toLowerCase() === TITLES[component] && words === wordsOf(Number(shown));
  return isRounded(Number(score.toFixed(2)), shown) && isCounted && isFounded && isNamed
    ? []
    : [`${component}: "${interpretation}"`];
}

/** What the method calls a score as it is shown. */
function wordsOf(shown: number): string {
  const way = shown > 50 ? "up" : "down";
  const distance = Math.abs(shown - 50);
  return distance >= 15 ? `pushing ${way}` : distance >= 5 ? `leaning ${way}` : "balanced";
}

/** A component without data says of each rule why. */
function brokenUnknown({ component, interpretation, signal, rules }: ComponentResult): readonly string[] {
  if (signal !== null) {
    return [];
  }
  const REASON_WORDS = {
    too_short: "too little data",
    no_activity: "no activity",
    stale_input: "data too old",
    not_provided: "not provided",
  };
  const said = /^([A-Z][a-z ]+) is unknown: (.+)\.$/.exec(interpretation);
  const why = (said?.[2] ?? "").split("; ").flatMap((part) => {
    const words = Object.values(REASON_WORDS).find((each) => part.endsWith(` ${each}`)) ?? "";
    return part
      .slice(0, -words.length - 1)
      .split(", ")
      .map((rule) => `${rule} ${words}`);
  });
  const expected = rules.map(
    ({ rule, reason }) => `${rule.replaceAll("_", " ")} ${reason === null ? "" : REASON_WORDS[reason]}`,
  );
  return said?.[1]?.toLowerCase() === TITLES[component] && isSameSet(why, expected) ? [] : [interpretation];
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join() === others.toSorted().join();
}

const TITLES: Readonly<Record<ComponentName, string>> = {
  technical: "technical picture",
  volume: "volume",
  orderflow: "order flow",
  orderbook: "order book",
  sentiment: "positioning",
  price_structure: "price structure",
};

/** What a summary is about. */
interface Summed {
  readonly score: number;
  readonly contributions: Contributions;
  readonly averagedMs: number;
  readonly isGap: boolean;
}

/** The summary's numbers, computed once more from the contributions. */
function brokenSummary(
  { symbol, components, reliability, reliabilityFactors }: SymbolAnalysis,
  { overall, actionableInsights }: SymbolAnalysis["interpretation"],
  { score, contributions, averagedMs, isGap }: Summed,
): readonly string[] {
  const [, shown = "", minutes, rest = ""] =
    / at ([\d.]+) (?:now|over the last (?:(\d+) min|quarter of an hour))(?: and before a gap)?\. (.+)\.$/.exec(
      overall,
    ) ?? [];
  const isTime =
    (minutes === undefined
      ? / now(?: and before a gap)?\. /.test(overall) === averagedMs < 30_000
      : isRounded(averagedMs / MINUTE_MS, minutes)) && overall.includes(" before a gap. ") === isGap;
  const shares = [
    ...rest.matchAll(/Pushes (up|down) most: ([a-z ]+), (\d+) % of what speaks for it/g),
    ...rest.matchAll(/(against) it most: ([a-z ]+), (\d+) % of what does/g),
  ];
  const sign = overall.includes("Pushes down most") ? -1 : 1;
  const sum = COMPONENTS.reduce((all, each) => all + contributions[each], 0);
  // Without it the score would be shown as it is.
  const moves = (each: ComponentName) => Math.abs(stretched(sum) - stretched(sum - contributions[each])) >= 0.05;
  const pushesOf = (way: number) =>
    COMPONENTS.map((each) => (moves(each) ? Math.max(0, way * contributions[each]) : 0));
  const areShares = shares.every(([, way, title, share = ""]) => {
    const towards = way === "against" ? -sign : sign;
    const name = COMPONENTS.find((each) => TITLES[each] === title) ?? "technical";
    const pushes = pushesOf(towards);
    const own = towards * contributions[name];
    return own === Math.max(...pushes) && isRounded((100 * own) / pushes.reduce((a, b) => a + b), share);
  });
  const [, points = "", from = "", line = "", way = "", whole = "", factor = "", factorValue = ""] =
    /^([\d.]+) points (past|short of) (\d+), from where a score is pushing (up|down); reliability ([\d.]+), limited most by ([a-z]+) \(([\d.]+)\)\. /.exec(
      actionableInsights,
    ) ?? [];
  const near = Number(shown);
  const isLine =
    way === (near >= 50 ? "up" : "down") &&
    line === (way === "up" ? "65" : "35") &&
    (from === "past") === (way === "up" ? near >= 65 : near <= 35);
  const listed = (words: string) =>
    new RegExp(`(?:^|; )${words}: ([a-z ,]+)(?:;|$)`).exec(rest)?.[1]?.split(", ") ?? [];
  const unknown = components.filter(({ signal }) => signal === null).map(({ component }) => component);
  const areListed =
    isSameSet(
      listed("without data now"),
      unknown.filter((each) => !moves(each)).map((each) => TITLES[each]),
    ) &&
    isSameSet(
      listed("pushing by older data alone"),
      unknown.filter(moves).map((each) => TITLES[each]),
    );
  const isFounded =
    overall.startsWith(`${symbol} is ${wordsOf(near)} at `) &&
    isLine &&
    areListed &&
    reliabilityFactors[factor as keyof typeof reliabilityFactors] === Math.min(...Object.values(reliabilityFactors)) &&
    isRounded(Number(score.toFixed(2)), shown) &&
    isTime &&
    areShares &&
    shares.length === [1, -1].filter((way) => pushesOf(way).some((push) => push > 0)).length &&
    isRounded(Math.abs(Number(shown) - Number(line)), points) &&
    isRounded(reliability, whole) &&
    isRounded(Math.min(...Object.values(reliabilityFactors)), factorValue);
  return isFounded ? [] : [`"${overall}" and "${actionableInsights}"`];
}
