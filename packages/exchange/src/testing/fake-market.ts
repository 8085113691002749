import {
  type Input,
  type SymbolInputs,
  TIMEFRAME_MS,
  type Ticker,
  type Timeframe,
  type TimeSeries,
} from "@pulseboard/engine";
import { generateMarket, known, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";

/** When the market of the fake gateway begins: 7 min 5 s past a settlement, clear of the close of every candle. */
export const FAKE_MARKET_START_MS = MARKET_NOW_MS + 7 * 60_000 + 5000;

const MAJORS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

export interface GeneratedSymbol {
  readonly symbol: string;
  readonly rank: number;
  /** At `MARKET_NOW_MS`. */
  readonly base: SymbolInputs;
}

const generated: GeneratedSymbol[] = [];

/** The same symbols with the same data in each call, largest turnover first and sorted by name. */
export function generateSymbols(count: number): readonly GeneratedSymbol[] {
  for (let rank = generated.length; rank < count; rank++) {
    const symbol = MAJORS[rank] ?? `ZCOIN${String(rank).padStart(3, "0")}USDT`;
    generated.push({ symbol, rank, base: generateMarket({ seed: rank + 1, drift: (rank % 7) / 10 - 0.3 }) });
  }
  return generated.slice(0, count);
}

/** Its figures grow with the minutes, so that an old ticker can be told from a new one. */
export function tickerAt({ symbol, rank, base }: GeneratedSymbol, nowMs: number): Ticker {
  if (!base.ticker.known) {
    throw new Error("a generated market has a ticker");
  }
  const growth = 1 + (nowMs - MARKET_NOW_MS) / 60_000 / 10_000;
  const { value } = base.ticker;
  return {
    ...value,
    symbol,
    baseCoin: symbol.replace("USDT", ""),
    lastPrice: value.lastPrice * growth,
    change24hPercent: (rank % 11) - 4.5,
    turnover24hUsd: (1e9 / (rank + 1)) * growth,
    openInterestUsd: (value.openInterestUsd ?? 0) * growth,
  };
}

export function candlesAt({ candles }: SymbolInputs, nowMs: number): SymbolInputs["candles"] {
  const at = (timeframe: Timeframe) => {
    const input = candles[timeframe];
    const intervalMs = TIMEFRAME_MS[timeframe];
    const laterMs = Math.floor((nowMs - MARKET_NOW_MS) / intervalMs) * intervalMs;
    return input.known
      ? known(
          { ...input.value, openTimeMs: later(input.value.openTimeMs, laterMs) },
          intervalMs,
          MARKET_NOW_MS + laterMs,
        )
      : input;
  };
  return { "1m": at("1m"), "5m": at("5m"), "30m": at("30m"), "4h": at("4h") };
}

export function bookAt({ book }: SymbolInputs, nowMs: number): SymbolInputs["book"] {
  return book.known ? known({ ...book.value, timeMs: nowMs }, book.periodMs, nowMs) : book;
}

export function tradesAt({ trades }: SymbolInputs, nowMs: number): SymbolInputs["trades"] {
  if (!trades.known) {
    return trades;
  }
  const laterMs = nowMs - MARKET_NOW_MS;
  const coverage = trades.value.coverage.map(({ fromMs, toMs }) => ({
    fromMs: fromMs + laterMs,
    toMs: toMs + laterMs,
  }));
  return known({ ...trades.value, timeMs: later(trades.value.timeMs, laterMs), coverage }, trades.periodMs, nowMs);
}

/** With the newest point at the last multiple of its step. */
export function seriesAt(series: Input<TimeSeries>, stepMs: number, nowMs: number): Input<TimeSeries> {
  const laterMs = Math.floor((nowMs - MARKET_NOW_MS) / stepMs) * stepMs;
  return series.known
    ? known({ ...series.value, timeMs: later(series.value.timeMs, laterMs) }, stepMs, MARKET_NOW_MS + laterMs)
    : series;
}

function later(times: Float64Array, ms: number): Float64Array {
  return times.map((timeMs) => timeMs + ms);
}
