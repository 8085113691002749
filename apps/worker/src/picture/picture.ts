import type { SymbolInputs } from "@pulseboard/engine";
import type { ReferenceCollection } from "@pulseboard/exchange";
import type { MissingReason, PerpsCore } from "@pulseboard/snapshot";
import { type AlertMemory, NO_ALERTS, nextAlerts } from "../alerts.ts";
import { type History, meanDispersionPercent } from "../history.ts";
import { type BitcoinVolatility, nextBitcoinVolatility } from "./bitcoin-volatility.ts";
import {
  type MoversFacts,
  moversPart,
  type OverviewFacts,
  overviewPart,
  speaksForTheMarket,
  type Tickers,
} from "./market-part.ts";
import { nextHistory } from "./next-history.ts";
import { isRecent, keep, type Part, STILL_TRUE_MS } from "./part.ts";
import { perpsPart } from "./perps-part.ts";
import { NO_REFERENCE, nextReference, type Reference } from "./reference-part.ts";
import { regimeOf } from "./regime-of.ts";
import { roundOrNull } from "./rounding.ts";
import { type ScoredInput, type ScoredSymbol, scoresPart } from "./scores-part.ts";

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
