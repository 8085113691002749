import { btcRealisedVolatility, classifyRegime, type SymbolInputs } from "@pulseboard/engine";
import type { ReferenceCollection } from "@pulseboard/exchange";
import { type MissingReason, type PerpsCore, UNKNOWN_REGIME } from "@pulseboard/snapshot";
import { type AlertMemory, NO_ALERTS, nextAlerts } from "../alerts.ts";
import {
  addBtcDominance,
  addDispersion,
  addScores,
  btcDominanceChange24h,
  EMPTY_HISTORY,
  type History,
  meanDispersionPercent,
} from "../history.ts";
import {
  type MoversFacts,
  moversPart,
  type OverviewFacts,
  overviewPart,
  speaksForTheMarket,
  type Tickers,
} from "./market-part.ts";
import { isRecent, keep, type Part } from "./part.ts";
import { perpsPart } from "./perps-part.ts";
import {
  FEAR_GREED_STALE_AFTER_MS,
  isOlder,
  MARKET_CAP_STALE_AFTER_MS,
  NO_REFERENCE,
  nextReference,
  type Reference,
} from "./reference-part.ts";
import { roundOrNull } from "./rounding.ts";
import { type ScoredInput, type ScoredSymbol, scoresPart } from "./scores-part.ts";

/** Figures about BTC that need its candles, %. */
export interface BitcoinVolatility {
  readonly annualisedPercent: number | null;
  readonly dailyPercent: number | null;
  readonly reason: MissingReason | null;
}

/** Everything that is known at one moment, part by part, each as old as it is. */
export interface Picture {
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  readonly overview: Part<OverviewFacts>;
  readonly movers: Part<MoversFacts>;
  readonly perps: Part<PerpsCore>;
  readonly reference: Reference;
  readonly scores: Part<readonly ScoredSymbol[]>;
  readonly bitcoinVolatility: BitcoinVolatility;
  /** "Category: Label", or UNKNOWN and why. */
  readonly regime: { readonly name: string; readonly reason: MissingReason | null };
  /** %, null until one hour is known. */
  readonly meanDispersionPercent: number | null;
  readonly history: History;
  readonly alerts: AlertMemory;
}

/** What one refresh, or the first half of it, has found out. */
export interface Findings {
  /** Market time, Unix ms. */
  readonly asOfMs: number;
  /** Null when the tickers could not be had; then there must be a picture before. */
  readonly tickers: Tickers | null;
  /** Null while it is still being collected. */
  readonly reference: ReferenceCollection | null;
  /** Null while the symbols are still being collected. */
  readonly symbols: {
    readonly scored: readonly ScoredInput[];
    /** How many symbols were chosen for scoring. */
    readonly expected: number;
    /** Of all collected symbols. */
    readonly inputs: ReadonlyMap<string, SymbolInputs>;
  } | null;
  /** "bybit" or "simulator". */
  readonly source: string;
  readonly moversMinTurnoverUsd: number;
}

/** Figures that move slowly are shown for so long without being renewed; after that they say nothing about now. */
const STILL_TRUE_MS = 3_600_000;
/** The exchange's servers do not agree to the second; beyond this, market time went back. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * The next picture: what was found out now, and for every part that was not, the last known good one with its age.
 * @param last null when nothing was ever known. One from the future of market time is left aside: a replayed market
 * has begun again.
 */
export function nextPicture(found: Findings, last: Picture | null): Picture {
  const { asOfMs } = found;
  const before = last !== null && last.asOfMs <= asOfMs + CLOCK_TOLERANCE_MS ? last : null;
  const market = nextMarket(found, before);
  const scores = nextScores(found, before);
  const reference = nextReference(found.reference, before?.reference ?? NO_REFERENCE);
  const history = nextHistory(found, before, market.overview, scores);
  const regime = regimeOf({ ...market, scores, reference, history, asOfMs });
  return {
    asOfMs,
    ...market,
    reference,
    scores,
    bitcoinVolatility: nextBitcoinVolatility(found, before),
    regime,
    meanDispersionPercent: roundOrNull(meanDispersionPercent(history.dispersion), 4),
    history,
    alerts: alertsOf(found, before?.alerts ?? NO_ALERTS, scores, regime.name),
  };
}

/** The first half of a refresh shows scores of before: it is no snapshot of its own to compare. */
function alertsOf(
  { asOfMs, symbols }: Findings,
  before: AlertMemory,
  scores: Part<readonly ScoredSymbol[]>,
  regime: string,
): AlertMemory {
  if (symbols === null) {
    return before;
  }
  const scored = scores.provenance.stale ? [] : scores.value.map(({ row }) => row);
  return nextAlerts(before, { nowS: Math.floor(asOfMs / 1000), scored, regime });
}

type Market = Pick<Picture, "overview" | "movers" | "perps">;

/** A part of the market is not the market: its last whole state says more, as long as it is recent. */
function nextMarket(found: Findings, before: Picture | null): Market {
  const { tickers, asOfMs } = found;
  if (tickers === null) {
    return keptMarket(before);
  }
  const isKept = before !== null && !speaksForTheMarket(tickers) && isRecent(before.overview, asOfMs, STILL_TRUE_MS);
  return isKept ? keptMarket(before) : freshMarket(tickers, found, before);
}

function freshMarket(tickers: Tickers, found: Findings, before: Picture | null): Market {
  const { symbols, source, moversMinTurnoverUsd } = found;
  const perps = perpsPart(tickers, symbols?.inputs ?? null, source);
  return {
    overview: overviewPart(tickers, source),
    movers: moversPart(tickers, moversMinTurnoverUsd, source),
    perps:
      symbols === null && before !== null && isRecent(before.perps, found.asOfMs, STILL_TRUE_MS)
        ? keepPositioning(perps, before.perps)
        : perps,
  };
}

/** Until the symbols are collected, the figures that need them are those of the picture before. */
function keepPositioning(perps: Part<PerpsCore>, before: Part<PerpsCore>): Part<PerpsCore> {
  const { funding_zscore, long_pct, short_pct, ls_entropy } = before.value;
  return {
    ...perps,
    value: { ...perps.value, funding_zscore, long_pct, short_pct, ls_entropy },
    missing: { ...before.missing, ...perps.missing },
  };
}

function keptMarket(before: Picture | null): Market {
  if (before === null) {
    throw new Error("neither tickers nor a picture before: there is nothing to make a picture of");
  }
  return {
    overview: keep(before.overview, "source_unavailable"),
    movers: keep(before.movers, "source_unavailable"),
    perps: keep(before.perps, "source_unavailable"),
  };
}

function nextScores(found: Findings, before: Picture | null): Part<readonly ScoredSymbol[]> {
  const { symbols, asOfMs, source } = found;
  const reason = symbols === null ? "warming_up" : "source_unavailable";
  const scores = symbols === null ? null : scoresPart(symbols.scored, symbols.expected, asOfMs, source);
  if (scores !== null && scores.value.length > 0) {
    return scores;
  }
  if (before !== null && before.scores.value.length > 0) {
    return keep(before.scores, reason);
  }
  return {
    value: [],
    missing: {},
    provenance: { asOfMs: null, source, stale: true, expected: symbols?.expected ?? 0, received: 0, reason },
  };
}

function nextBitcoinVolatility({ symbols, asOfMs }: Findings, before: Picture | null): BitcoinVolatility {
  const unknown = (reason: MissingReason): BitcoinVolatility => ({
    annualisedPercent: null,
    dailyPercent: null,
    reason,
  });
  if (symbols === null) {
    const isKept = before !== null && asOfMs - before.asOfMs <= STILL_TRUE_MS;
    return isKept ? before.bitcoinVolatility : unknown("warming_up");
  }
  const candles = symbols.inputs.get("BTCUSDT")?.candles["30m"];
  if (candles === undefined || !candles.known) {
    return unknown(candles?.reason ?? "not_provided");
  }
  if (asOfMs - candles.asOfMs > STILL_TRUE_MS) {
    return unknown("stale_input");
  }
  const volatility = btcRealisedVolatility(candles.value);
  return volatility === null
    ? unknown("too_short")
    : {
        annualisedPercent: roundOrNull(volatility.annualisedPercent, 4),
        dailyPercent: roundOrNull(volatility.dailyPercent, 4),
        reason: null,
      };
}

/** Only what this refresh found out enters the history; what was kept is in it already. */
function nextHistory(
  { asOfMs, tickers, symbols, reference }: Findings,
  before: Picture | null,
  overview: Part<OverviewFacts>,
  scores: Part<readonly ScoredSymbol[]>,
): History {
  const nowS = Math.floor(asOfMs / 1000);
  const history = before?.history ?? EMPTY_HISTORY;
  const scored = symbols === null || scores.provenance.stale ? [] : scores.value;
  const dispersion = tickers === null || overview.provenance.stale ? null : overview.value.overview.market_dispersion;
  const globalMarket = reference?.globalMarket ?? null;
  // A source that fell silent would look like a dominance that stands still.
  const isSilent = isOlder(globalMarket, asOfMs, MARKET_CAP_STALE_AFTER_MS);
  const dominance = isSilent ? null : (globalMarket?.value.btcDominancePercent ?? null);
  return {
    scores: addScores(
      history.scores,
      nowS,
      scored.map(({ row }) => [row.symbol, row.score] as const),
    ),
    dispersion: addDispersion(history.dispersion, nowS, dispersion),
    btcDominance: addBtcDominance(
      history.btcDominance,
      nowS,
      dominance === null ? null : { source: globalMarket?.source ?? "", percent: dominance },
    ),
  };
}

/** What is too old to say something about now does not enter: without overview or scores there is no regime. */
function regimeOf({
  overview,
  scores,
  reference,
  history,
  asOfMs,
}: Pick<Picture, "overview" | "scores" | "reference" | "history" | "asOfMs">): Picture["regime"] {
  const { up, down, flat, breadth_percentage, sentiment } = overview.value.breadth;
  if (up === null || down === null || flat === null) {
    return { name: UNKNOWN_REGIME, reason: "source_unavailable" };
  }
  const tooOld = [overview, ...(scores.value.length > 0 ? [scores] : [])].some(
    (part) => !isRecent(part, asOfMs, STILL_TRUE_MS),
  );
  if (tooOld) {
    return { name: UNKNOWN_REGIME, reason: "stale_input" };
  }
  const isMoodKnown = !isOlder(reference.fearGreed, asOfMs, FEAR_GREED_STALE_AFTER_MS);
  const regime = classifyRegime({
    scores: scores.value.map(({ row }) => row.score),
    breadth: { advancing: up, declining: down, flat, advancingPercent: breadth_percentage, sentiment },
    dispersionPercent: overview.value.overview.market_dispersion,
    fearGreedValue: isMoodKnown ? (reference.fearGreed?.facts.fear_greed_value ?? null) : null,
    btcDominanceChange24h: btcDominanceChange24h(history.btcDominance),
  });
  if (regime.known) {
    return { name: `${regime.category}: ${regime.label}`, reason: null };
  }
  // Without scores, their own section says why; with some, there are too few of them or of the symbols.
  const reason = scores.value.length === 0 ? scores.provenance.reason : null;
  return {
    name: UNKNOWN_REGIME,
    reason: reason ?? (regime.reason === "too_short" ? "not_enough_symbols" : regime.reason),
  };
}
