import {
  type Candles,
  type Input,
  resampleCandles,
  TIMEFRAME_MS,
  TIMEFRAMES,
  type Timeframe,
} from "@pulseboard/engine";
import { type CollectionProblem, toProblem } from "../errors/collection-problem.ts";
import { ExchangeError } from "../errors/exchange-error.ts";
import { candlesFrom, contiguousTail, joinCandles, lastCloseMs } from "./candle-columns.ts";
import type { SymbolSource } from "./symbol-source.ts";

/** Candles kept of each timeframe, and the length of the first request. */
const KEEP = 1000;

export interface CandleDurations {
  /** A series that a hole cut short is fetched whole again after this, since a hole can stay forever; market time. */
  readonly holeRetryMs: number;
}

interface Series {
  /** Without a hole. */
  readonly candles: Candles;
  /** The close of the last candle that was asked for. */
  readonly askedUpToMs: number;
  /** Market time from which on the whole series should be fetched again; null when nothing is missing. */
  readonly refetchFromMs: number | null;
}

/** The closed candles of one symbol in all timeframes. */
export interface SymbolCandles {
  /**
   * Brings all timeframes up to market time. A timeframe that fails is a problem, and keeps its candles.
   *
   * @throws only the signal's reason
   */
  update(asOfMs: number, signal: AbortSignal): Promise<readonly CollectionProblem[]>;
  inputs(): Readonly<Record<Timeframe, Input<Candles>>>;
}

/**
 * Creates the cache. After the first fetch of each timeframe it asks only for new 1m candles, and only once one has
 * closed; it makes 5m and 30m from those, which is exact; it asks for 4h when one has closed.
 */
export function createSymbolCandles(source: SymbolSource, { holeRetryMs }: CandleDurations): SymbolCandles {
  const seriesOf = new Map<Timeframe, Series>();

  const toInput = (timeframe: Timeframe): Input<Candles> => {
    const periodMs = TIMEFRAME_MS[timeframe];
    const series = seriesOf.get(timeframe);
    if (series === undefined) {
      return { known: false, reason: "not_provided", periodMs };
    }
    const asOfMs = lastCloseMs(series.candles);
    // The exchange answered, and no candle had closed yet.
    if (asOfMs === null) {
      return { known: false, reason: "too_short", periodMs };
    }
    return { known: true, value: series.candles, asOfMs, periodMs };
  };

  /** Appends `newer` if it continues the known candles without a hole. True also when it brings nothing yet. */
  const append = (timeframe: Timeframe, known: Series, newer: Candles, lastMs: number): boolean => {
    const firstMs = newer.openTimeMs[0];
    if (firstMs === undefined) {
      return true;
    }
    if (firstMs !== lastMs || contiguousTail(newer) !== newer) {
      return false;
    }
    seriesOf.set(timeframe, { ...known, candles: joinCandles(known.candles, newer, KEEP) });
    return true;
  };

  const appendFromMinutes = (timeframe: Timeframe): void => {
    const known = seriesOf.get(timeframe);
    const minutes = seriesOf.get("1m");
    const lastMs = known === undefined ? null : lastCloseMs(known.candles);
    if (known === undefined || minutes === undefined || lastMs === null) {
      return;
    }
    const newer = resampleCandles(candlesFrom(minutes.candles, lastMs), TIMEFRAME_MS[timeframe]);
    // Candles that do not continue the series are fetched instead.
    append(timeframe, known, newer, lastMs);
  };

  const updateOne = async (
    timeframe: Timeframe,
    asOfMs: number,
    signal: AbortSignal,
  ): Promise<readonly CollectionProblem[]> => {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const closedByMs = Math.floor(asOfMs / intervalMs) * intervalMs;
    if (timeframe === "5m" || timeframe === "30m") {
      appendFromMinutes(timeframe);
    }
    const known = seriesOf.get(timeframe);
    const isRefetchDue = known?.refetchFromMs != null && asOfMs >= known.refetchFromMs;
    const lastMs = known === undefined ? null : lastCloseMs(known.candles);
    // A new listing may have no candle yet, and cannot get one before the next close.
    const knownUpToMs = lastMs ?? known?.askedUpToMs ?? Number.NEGATIVE_INFINITY;
    if (knownUpToMs >= closedByMs && !isRefetchDue) {
      return [];
    }

    const requestOf = (count: number) => source.api.candles(source.symbol, timeframe, count, closedByMs);
    const { endpoint } = requestOf(KEEP);
    try {
      const missing = lastMs === null ? KEEP : (closedByMs - lastMs) / intervalMs;
      const newest =
        known !== undefined && lastMs !== null && missing <= KEEP && !isRefetchDue
          ? await source.send(requestOf(missing), signal)
          : null;
      if (newest !== null && known !== undefined && lastMs !== null) {
        if (append(timeframe, known, candlesFrom(newest.candles, lastMs), lastMs)) {
          return newest.errors.toProblems(endpoint, source.symbol);
        }
      }
      const { candles: all, errors } = await source.send(requestOf(KEEP), signal);
      if (newest !== null) {
        errors.addAll(newest.errors);
      }
      const candles = contiguousTail(all);
      const isEmpty = candles.openTimeMs.length === 0;
      // An answer without a usable candle must not replace the known ones.
      if (isEmpty && (lastMs !== null || errors.count() > 0)) {
        return errors.toProblems(endpoint, source.symbol);
      }
      const hasHole = candles.openTimeMs.length < all.openTimeMs.length;
      const refetchFromMs = hasHole ? asOfMs + holeRetryMs : null;
      seriesOf.set(timeframe, { candles, askedUpToMs: closedByMs, refetchFromMs });
      if (hasHole) {
        errors.add(`candles are missing before ${candles.openTimeMs[0]}`);
      }
      return errors.toProblems(endpoint, source.symbol);
    } catch (error) {
      if (!(error instanceof ExchangeError)) {
        throw error;
      }
      return [toProblem(error, source.symbol)];
    }
  };

  return {
    update: async (asOfMs, signal) => {
      const derived = (["5m", "30m"] as const).filter((timeframe) => seriesOf.has(timeframe));
      const fetched = TIMEFRAMES.filter((timeframe) => !derived.some((other) => other === timeframe));
      const update = (timeframe: Timeframe) => updateOne(timeframe, asOfMs, signal);
      const problems = await Promise.all(fetched.map(update));
      // After the minutes that they are made of.
      return [...problems, ...(await Promise.all(derived.map(update)))].flat();
    },
    inputs: () => ({ "1m": toInput("1m"), "5m": toInput("5m"), "30m": toInput("30m"), "4h": toInput("4h") }),
  };
}
