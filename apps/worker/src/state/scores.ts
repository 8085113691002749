import {
  againstBitcoin,
  foldScore,
  type OutlookOrReason,
  outlooks,
  type PublishedScore,
  type RelativeScore,
  relativeScores,
  SCORE_AVERAGE,
} from "@pulseboard/engine";
import type { Missing, MissingReason, RowFields, Steps } from "@pulseboard/snapshot";
import { analysisFields } from "./analysis-fields.ts";
import { type AgainstBitcoinOrReason, againstBitcoinFields, outlookFields, ownMovePercent } from "./beside-score.ts";
import type { Averages, MarketState, RefreshInput, ScoredInput, ScoredSymbol, Section } from "./market-state.ts";
import { round, roundOrNull } from "./rounding.ts";
import { reasonsForNulls } from "./section.ts";

/** The published scores of one refresh, by symbol. */
type Published = ReadonlyMap<string, PublishedScore>;

/**
 * The scores of one refresh, each averaged with those before. A symbol without a score, or with too little data behind it, is
 * not among them: a symbol whose candles, book and trades all failed would be scored by its funding alone, and lead the list.
 */
export function publishScores(scored: readonly ScoredInput[], asOfMs: number, before: Averages): Published {
  const published = new Map<string, PublishedScore>();
  for (const { analysis } of scored) {
    const score = foldScore(analysis, asOfMs, before.get(analysis.symbol) ?? null);
    if (score !== null) {
      published.set(analysis.symbol, score);
    }
  }
  return published;
}

/** What stands beside a score, and needs the other symbols. */
interface Beside {
  readonly standing: RelativeScore | null;
  readonly outlook: OutlookOrReason;
  readonly bitcoin: AgainstBitcoinOrReason;
}

/** The averages after a refresh. That of a symbol which was not scored stays for an hour, in case it comes back. */
export function nextAverages(before: Averages, published: Published, asOfMs: number): Averages {
  const kept = [...before].filter(([, average]) => asOfMs - average.asOfMs <= SCORE_AVERAGE.keepMs);
  return new Map([...kept, ...[...published].map(([symbol, { average }]) => [symbol, average] as const)]);
}

/**
 * The section of the published scores, a symbol in a step. A symbol without one is only counted.
 */
export function* scoresSteps(
  { scored, expected, bitcoinReturns }: NonNullable<RefreshInput["symbols"]>,
  published: Published,
  asOfMs: number,
  source: string,
): Steps<Section<ReadonlyMap<string, ScoredSymbol>>> {
  const value = new Map<string, ScoredSymbol>();
  const missing: Record<string, MissingReason> = {};
  const standings = relativeScores([...published].map(([symbol, { weightedSignal }]) => ({ symbol, weightedSignal })));
  const market = scored
    .map(({ analysis: { symbol }, moves }) => ({ symbol, moves }))
    .filter(({ symbol }) => published.has(symbol));
  const outlookOf = outlooks(market);
  yield;
  for (const input of scored) {
    const { symbol } = input.analysis;
    const score = published.get(symbol);
    const outlook = outlookOf.get(symbol);
    if (score !== undefined && outlook !== undefined) {
      const bitcoin = againstBitcoin(input.moves.hourlyReturns, bitcoinReturns);
      const beside = { standing: standings?.get(symbol) ?? null, outlook, bitcoin };
      const analysis = {
        ...analysisFields(input.analysis, score, input.ticker, asOfMs),
        outlook: outlookFields(outlook),
        against_btc: againstBitcoinFields(bitcoin),
      };
      const shown = { analysis, ...rowOf(input, asOfMs, beside) };
      value.set(symbol, shown);
      Object.assign(missing, reasonsOfRow(shown));
      yield;
    }
  }
  const received = value.size;
  return {
    value,
    missing,
    provenance: {
      asOfMs,
      source,
      stale: false,
      expected,
      received,
      reason: received < expected ? "not_provided" : null,
    },
  };
}

function rowOf(
  { ticker, tickerAsOfMs, fiveMinuteChange }: ScoredInput,
  asOfMs: number,
  { standing, outlook, bitcoin }: Beside,
): Pick<ScoredSymbol, "row" | "rowReasons"> {
  const { high24h, low24h } = ticker;
  const { changePercent, deviations } = fiveMinuteChange;
  const row: RowFields = {
    change_24h: roundOrNull(ticker.change24hPercent, 6),
    turnover_24h: roundOrNull(ticker.turnover24hUsd, 2),
    high_24h: high24h,
    low_24h: low24h,
    range_24h: high24h === null || low24h === null ? null : round(((high24h - low24h) / low24h) * 100, 4),
    relative: standing === null ? null : round(standing.relative, 2),
    relative_rank: standing?.rank ?? null,
    change_5m: roundOrNull(changePercent.value, 4),
    change_5m_deviations: roundOrNull(deviations.value, 2),
    outlook: outlook.known ? round(outlook.revm, 4) : null,
    beta_btc: bitcoin.known ? round(bitcoin.beta, 3) : null,
    correlation_btc: bitcoin.known ? round(bitcoin.correlation, 3) : null,
    own_move_24h: bitcoin.known ? ownMovePercent(bitcoin) : null,
    // A new score beside an old price is as old as the price.
    as_of: Math.floor(Math.min(asOfMs, tickerAsOfMs) / 1000),
  };
  const unknownBitcoin = bitcoin.known ? null : bitcoin.reason;
  const reasons: Readonly<Record<string, MissingReason | null>> = {
    relative: "not_enough_symbols",
    relative_rank: "not_enough_symbols",
    change_5m: changePercent.reason,
    change_5m_deviations: deviations.reason,
    outlook: outlook.known ? null : outlook.reason,
    beta_btc: unknownBitcoin,
    correlation_btc: unknownBitcoin,
    own_move_24h: unknownBitcoin,
  };
  const unknown = Object.entries(row).filter(([, figure]) => figure === null);
  return { row, rowReasons: Object.fromEntries(unknown.map(([name]) => [name, reasons[name] ?? "not_provided"])) };
}

/** The figures of a row that speak of the last minutes. */
const NO_LAST_MINUTES = { change_5m: "stale_input", change_5m_deviations: "stale_input" } as const;

/**
 * Scores of long ago: their rows no longer have a change within the last 5 minutes, as it was that of then. The other figures are
 * of the time that the row says.
 */
export function withoutLastMinutes(scores: MarketState["scores"]): MarketState["scores"] {
  const value = new Map<string, ScoredSymbol>();
  const missing: Record<string, MissingReason> = { ...scores.missing };
  for (const [symbol, { analysis, row, rowReasons }] of scores.value) {
    value.set(symbol, {
      analysis,
      row: { ...row, change_5m: null, change_5m_deviations: null },
      rowReasons: { ...rowReasons, ...NO_LAST_MINUTES },
    });
    for (const [name, reason] of Object.entries(NO_LAST_MINUTES)) {
      missing[`confluence_scores.${symbol}.${name}`] = reason;
    }
  }
  return { ...scores, value, missing };
}

/** The reason of each null in the rows of these symbols, by its path in the snapshot. */
export function scoreReasons(scores: ReadonlyMap<string, ScoredSymbol>): Missing {
  return Object.assign({}, ...[...scores.values()].map(reasonsOfRow));
}

function reasonsOfRow({ analysis, rowReasons }: ScoredSymbol): Missing {
  const path = `confluence_scores.${analysis.symbol}`;
  const reasons: Record<string, MissingReason> = {};
  for (const [name, reason] of Object.entries(rowReasons)) {
    reasons[`${path}.${name}`] = reason;
  }
  for (const [name, { score, reason, rules }] of Object.entries(analysis.components)) {
    if (score === null) {
      reasons[`${path}.components.${name}`] = reason ?? "not_provided";
    }
    for (const [rule, outcome] of Object.entries(rules)) {
      if (outcome.reason !== null) {
        reasons[`${path}.sub_components.${name}.${rule}`] = outcome.reason;
      }
    }
  }
  for (const [timeframe, rating] of Object.entries(analysis.technical_rating)) {
    const candles = analysis.inputs.find(({ input }) => input === `candles_${timeframe}`);
    Object.assign(
      reasons,
      reasonsForNulls(`${path}.technical_rating.${timeframe}`, rating, candles?.reason ?? "too_short"),
    );
  }
  return reasons;
}
