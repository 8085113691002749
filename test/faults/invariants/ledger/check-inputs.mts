import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";
import { ANALYSIS_PATH } from "./snapshot-paths.mts";

/** Market times, Unix ms, between which the exchange says nothing about these symbols. */
export interface Silence {
  readonly symbols: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

type Analysis = Pick<AnalysisDocument, "symbol" | "as_of" | "inputs">;

/** Renewed by each refresh, so that it is known how old they may be. */
const OF_EACH_REFRESH: readonly string[] = ["book", "trades"];
/** An input counts as fresh below so many of its periods, and is not used any more from so many on. */
const FRESH_PERIODS = 2;
const USABLE_PERIODS = 10;
/** It comes with all the others' in one answer. */
const TICKER = "ticker";
/** The snapshot lists the first so many. */
const MOST_LISTED = 20;
/** Times are whole seconds, and ages are not. */
const SECOND_S = 1.001;

/**
 * The inputs of a score say their true age: it follows from their time, what is too old to be fresh or to be used says so, and none is
 * of a time at which the exchange has said nothing about the symbol.
 */
export function checkInputs(
  { symbol, as_of, inputs }: Analysis,
  { periodMs, silences }: { readonly periodMs: number; readonly silences: readonly Silence[] },
): readonly Mismatch[] {
  const silent = silences.filter(({ symbols, toMs }) => symbols.includes(symbol) && (as_of + 1) * 1000 <= toMs);
  return inputs.flatMap(({ input, as_of: inputAsOf, age_s: ageS, fresh, reason }): readonly Mismatch[] => {
    const at = (text: string): Mismatch => `analysis of ${symbol}: its ${input} ${text}`;
    if (inputAsOf === null || ageS === null) {
      return reason === null || fresh ? [at("was never had, without a reason")] : [];
    }
    const isOfSilence = input !== TICKER && silent.some(({ fromMs }) => inputAsOf * 1000 > fromMs);
    const isTrueAge = Math.abs(ageS - Math.max(0, as_of - inputAsOf)) <= SECOND_S;
    const periods = (ageS * 1000) / periodMs;
    const isOfRefresh = OF_EACH_REFRESH.includes(input);
    return [
      ...(isTrueAge ? [] : [at(`is ${ageS} s old, from ${inputAsOf} to ${as_of}`)]),
      ...(isOfRefresh && fresh !== periods < FRESH_PERIODS ? [at(`is ${ageS} s old, and fresh is ${fresh}`)] : []),
      ...(isOfRefresh && (reason === "stale_input") !== periods >= USABLE_PERIODS
        ? [at(`is ${ageS} s old, and its reason is ${reason}`)]
        : []),
      ...(isOfSilence ? [at(`is of ${inputAsOf}, when the exchange said nothing about the symbol`)] : []),
    ];
  });
}

/** While nothing but these symbols was without an answer, each of the others was scored with a book of that time. */
export function checkOthers(
  seen: readonly { readonly bodies: ReadonlyMap<string, unknown> }[],
  { symbols, fromMs, toMs }: Silence,
): readonly Mismatch[] {
  const analyses = seen
    .flatMap(({ bodies }) => [...bodies])
    .flatMap(([path, body]) => (path.startsWith(ANALYSIS_PATH) ? [body as Analysis] : []));
  const others = new Set(analyses.map(({ symbol }) => symbol).filter((symbol) => !symbols.includes(symbol)));
  const scored = new Set(
    analyses
      .filter(({ inputs }) =>
        inputs.some(
          ({ input, as_of: asOf, reason }) =>
            input === "book" && reason === null && asOf !== null && (asOf + 1) * 1000 > fromMs && asOf * 1000 <= toMs,
        ),
      )
      .map(({ symbol }) => symbol),
  );
  return [...others]
    .filter((symbol) => !scored.has(symbol))
    .map((symbol) => `analysis of ${symbol}: not renewed while only ${symbols.join(" and ")} failed`);
}

/** As many symbols are scored as the section says, and one that is not has its reason. */
export function checkCounts({ sections, confluence_scores: rows }: MobileSnapshot): readonly Mismatch[] {
  const { expected, received, reason = null } = sections.scores;
  const isPart = received > rows.length;
  return [
    ...(rows.length > received ? [`scores: ${rows.length} are listed, and ${received} received`] : []),
    ...(isPart && rows.length < MOST_LISTED ? [`scores: ${received} are received, and ${rows.length} listed`] : []),
    ...(received < expected && reason === null ? [`scores: ${received} of ${expected}, without a reason`] : []),
  ];
}
