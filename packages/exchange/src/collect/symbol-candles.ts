import {
  type Candles,
  type Input,
  resampleCandles,
  TIMEFRAME_MS,
  TIMEFRAMES,
  type Timeframe,
} from "@pulseboard/engine";
import { ExchangeError } from "../exchange-error.ts";
import type { CollectionProblem } from "../exchange-gateway.ts";
import { KLINE, parseCandles } from "../parsing/candles.ts";
import { RowDefects } from "../parsing/row-defects.ts";
import { candlesFrom, contiguousTail, joinCandles, lastCloseMs } from "./candle-columns.ts";
import { toProblem } from "./problems.ts";
import type { SymbolSource } from "./symbol-source.ts";

/** The exchange's own name of each interval. */
const INTERVALS: Readonly<Record<Timeframe, string>> = { "1m": "1", "5m": "5", "30m": "30", "4h": "240" };
/** Kept, and the most that one request gives. */
const KEEP = 1000;
/** A series that broke off at a hole is asked for whole again, but not each minute: holes can be for ever. */
const HOLE_RETRY_MS = 300_000;

interface Series {
  /** Without a hole. */
  readonly candles: Candles;
  /** The close that it was last asked for. */
  readonly askedUpToMs: number;
  /** Market time from which on it should be asked for whole again; null when nothing is missing. */
  readonly refetchFromMs: number | null;
}

/**
 * The closed candles of one symbol. After the first fetch of each timeframe only new 1m candles are asked for, and
 * only once one has closed; 5m and 30m follow from them, which is exact; 4h is asked for when one has closed.
 */
export class SymbolCandles {
  readonly #source: SymbolSource;
  readonly #series = new Map<Timeframe, Series>();

  constructor(source: SymbolSource) {
    this.#source = source;
  }

  /** Brings all timeframes up to market time. A timeframe that fails keeps what it has. */
  async update(asOfMs: number, signal: AbortSignal): Promise<readonly CollectionProblem[]> {
    // 5m and 30m follow from the minutes, once they are there.
    const derived = (["5m", "30m"] as const).filter((timeframe) => this.#series.has(timeframe));
    const fetched = TIMEFRAMES.filter((timeframe) => !derived.some((other) => other === timeframe));
    const update = (timeframe: Timeframe) => this.#updateOne(timeframe, asOfMs, signal);
    const problems = await Promise.all(fetched.map(update));
    return [...problems, ...(await Promise.all(derived.map(update)))].flat();
  }

  inputs(): Readonly<Record<Timeframe, Input<Candles>>> {
    return { "1m": this.#input("1m"), "5m": this.#input("5m"), "30m": this.#input("30m"), "4h": this.#input("4h") };
  }

  #input(timeframe: Timeframe): Input<Candles> {
    const periodMs = TIMEFRAME_MS[timeframe];
    const series = this.#series.get(timeframe);
    if (series === undefined) {
      return { known: false, reason: "not_provided", periodMs };
    }
    const asOfMs = lastCloseMs(series.candles);
    // The exchange answered, and there was no closed candle yet.
    if (asOfMs === null) {
      return { known: false, reason: "too_short", periodMs };
    }
    return { known: true, value: series.candles, asOfMs, periodMs };
  }

  async #updateOne(timeframe: Timeframe, asOfMs: number, signal: AbortSignal): Promise<readonly CollectionProblem[]> {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const closedByMs = Math.floor(asOfMs / intervalMs) * intervalMs;
    if (timeframe === "5m" || timeframe === "30m") {
      this.#derive(timeframe);
    }
    const known = this.#series.get(timeframe);
    const isRefetchDue = known?.refetchFromMs != null && asOfMs >= known.refetchFromMs;
    const lastMs = known === undefined ? null : lastCloseMs(known.candles);
    // Of a new listing there may be no candle yet, and none to come before the next close.
    const knownUpToMs = lastMs ?? known?.askedUpToMs ?? Number.NEGATIVE_INFINITY;
    if (knownUpToMs >= closedByMs && !isRefetchDue) {
      return [];
    }

    const defects = new RowDefects();
    const fetchLast = (count: number) =>
      this.#source.get(
        KLINE,
        // `end` is the last start that is wanted: without it, one of the rows would be the candle still open.
        { interval: INTERVALS[timeframe], limit: count, end: closedByMs - 1 },
        signal,
        (envelope) => parseCandles(envelope, this.#source.symbol, intervalMs, closedByMs, defects),
      );
    try {
      const missing = lastMs === null ? KEEP : (closedByMs - lastMs) / intervalMs;
      if (known !== undefined && lastMs !== null && missing <= KEEP && !isRefetchDue) {
        const newer = candlesFrom(await fetchLast(missing), lastMs);
        if (this.#join(timeframe, known, newer, lastMs)) {
          return defects.toProblems(KLINE, this.#source.symbol);
        }
      }
      const all = await fetchLast(KEEP);
      const candles = contiguousTail(all);
      const isEmpty = candles.openTimeMs.length === 0;
      // Nothing, or nothing usable, is no reason to forget what is known.
      if (isEmpty && (lastMs !== null || defects.count > 0)) {
        return defects.toProblems(KLINE, this.#source.symbol);
      }
      const hasHole = candles.openTimeMs.length < all.openTimeMs.length;
      const refetchFromMs = hasHole ? asOfMs + HOLE_RETRY_MS : null;
      this.#series.set(timeframe, { candles, askedUpToMs: closedByMs, refetchFromMs });
      if (hasHole) {
        defects.add(`candles are missing before ${candles.openTimeMs[0]}`);
      }
      return defects.toProblems(KLINE, this.#source.symbol);
    } catch (error) {
      if (!(error instanceof ExchangeError)) {
        throw error;
      }
      return [toProblem(error, this.#source.symbol)];
    }
  }

  /** Whether `newer` continues what is known without a hole, or brings nothing yet. */
  #join(timeframe: Timeframe, known: Series, newer: Candles, lastMs: number): boolean {
    const firstMs = newer.openTimeMs[0];
    if (firstMs === undefined) {
      return true;
    }
    if (firstMs !== lastMs || contiguousTail(newer) !== newer) {
      return false;
    }
    this.#series.set(timeframe, { ...known, candles: joinCandles(known.candles, newer, KEEP) });
    return true;
  }

  #derive(timeframe: "5m" | "30m"): void {
    const known = this.#series.get(timeframe);
    const minutes = this.#series.get("1m");
    const lastMs = known === undefined ? null : lastCloseMs(known.candles);
    if (known === undefined || minutes === undefined || lastMs === null) {
      return;
    }
    const newer = resampleCandles(candlesFrom(minutes.candles, lastMs), TIMEFRAME_MS[timeframe]);
    // What does not join is fetched instead.
    this.#join(timeframe, known, newer, lastMs);
  }
}
