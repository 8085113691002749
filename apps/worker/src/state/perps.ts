import {
  computePerpsFigures,
  fundingZScore,
  type Input,
  longShortEntropy,
  type SymbolInputs,
  type TimeSeries,
} from "@pulseboard/engine";
import type { Missing, MissingReason, PerpsFields } from "@pulseboard/snapshot";
import type { Section, Tickers } from "./market-state.ts";
import { tickersProvenance } from "./overview.ts";
import { round, roundOrNull } from "./rounding.ts";
import { reasonsForNulls } from "./section.ts";

/** The market's long and short shares are the mean of these symbols' account ratios. */
export const POSITIONING_SYMBOLS: ReadonlySet<string> = new Set(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);

/** A series is stale when its newest value is older than this many of its periods. */
const STALE_AFTER_PERIODS = 3;

/** The engine computes a z-score from this many settlements on. */
const MIN_SETTLEMENTS = 20;

type Known<T> = { readonly value: T; readonly reason: null } | { readonly value: null; readonly reason: MissingReason };

/**
 * Funding, basis, open interest and positioning.
 * @param inputs of the positioning symbols, as far as this refresh could collect them; null before that
 */
export function perpsSection(
  tickers: Tickers,
  inputs: ReadonlyMap<string, SymbolInputs> | null,
  source: string,
): Section<PerpsFields> {
  const figures = computePerpsFigures(tickers.tickers);
  const bitcoin = tickers.tickers.find(({ symbol }) => symbol === "BTCUSDT");
  const currentRate8h = bitcoin?.fundingRate8h ?? null;
  const zScore = bitcoinFundingZScore(currentRate8h, inputs);
  const longShare = meanLongShare(inputs);
  const perps: PerpsFields = {
    funding_rate: roundOrNull(figures.fundingRate8h, 8),
    funding_rate_btc: roundOrNull(currentRate8h, 8),
    funding_zscore: roundOrNull(zScore.value, 4),
    long_pct: longShare.value === null ? null : round(longShare.value * 100, 2),
    short_pct: longShare.value === null ? null : round((1 - longShare.value) * 100, 2),
    ls_entropy: longShare.value === null ? null : round(longShortEntropy(longShare.value), 6),
    open_interest: roundOrNull(figures.openInterestUsd, 2),
    basis_pct: roundOrNull(figures.basisPercent, 6),
    volume_24h: roundOrNull(figures.turnover24hUsd, 2),
    contract_count: figures.contractCount,
  };
  const missing: Missing = reasonsForNulls("perps", perps, (name) => {
    if (name === "funding_zscore") {
      return zScore.reason ?? "not_provided";
    }
    return POSITIONING_FIELDS.has(name) ? (longShare.reason ?? "not_provided") : "not_provided";
  });
  return { value: perps, missing, provenance: tickersProvenance(tickers, source) };
}

const POSITIONING_FIELDS: ReadonlySet<string> = new Set(["long_pct", "short_pct", "ls_entropy"]);

function bitcoinFundingZScore(
  currentRate8h: number | null,
  inputs: ReadonlyMap<string, SymbolInputs> | null,
): Known<number> {
  if (currentRate8h === null) {
    return { value: null, reason: "not_provided" };
  }
  const settled = currentSeries(inputs, "BTCUSDT", ({ fundingRate8h }) => fundingRate8h);
  if (settled.value === null) {
    return settled;
  }
  const rates = settled.value.value;
  const value = fundingZScore(rates, currentRate8h);
  if (value !== null) {
    return { value, reason: null };
  }
  // With enough settlements there is no z-score only when all rates are the same.
  return { value: null, reason: rates.length < MIN_SETTLEMENTS ? "too_short" : "no_activity" };
}

/** Null unless all of them are known: a mean over fewer symbols would be another figure under the same name. */
function meanLongShare(inputs: ReadonlyMap<string, SymbolInputs> | null): Known<number> {
  let sum = 0;
  for (const symbol of POSITIONING_SYMBOLS) {
    const series = currentSeries(inputs, symbol, ({ longAccountShare }) => longAccountShare);
    const newest = series.value?.value.at(-1);
    if (newest === undefined) {
      return { value: null, reason: series.reason ?? "too_short" };
    }
    sum += newest;
  }
  return { value: sum / POSITIONING_SYMBOLS.size, reason: null };
}

function currentSeries(
  inputs: ReadonlyMap<string, SymbolInputs> | null,
  symbol: string,
  pick: (inputs: SymbolInputs) => Input<TimeSeries>,
): Known<TimeSeries> {
  if (inputs === null) {
    return { value: null, reason: "warming_up" };
  }
  const ofSymbol = inputs.get(symbol);
  if (ofSymbol === undefined) {
    return { value: null, reason: "not_provided" };
  }
  const input = pick(ofSymbol);
  if (!input.known) {
    return { value: null, reason: input.reason };
  }
  const ageMs = ofSymbol.nowMs - input.asOfMs;
  return ageMs > STALE_AFTER_PERIODS * input.periodMs
    ? { value: null, reason: "stale_input" }
    : { value: input.value, reason: null };
}

/** `perps` with the positioning figures of `before`: until the symbols are collected, there are no newer ones. */
export function keepPositioning(perps: Section<PerpsFields>, before: Section<PerpsFields>): Section<PerpsFields> {
  const { funding_zscore, long_pct, short_pct, ls_entropy } = before.value;
  const value = { ...perps.value, funding_zscore, long_pct, short_pct, ls_entropy };
  const reasons: Missing = { ...before.missing, ...perps.missing };
  return {
    ...perps,
    value,
    missing: reasonsForNulls("perps", value, (name) => reasons[`perps.${name}`] ?? "warming_up"),
  };
}
