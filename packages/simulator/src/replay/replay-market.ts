import { companionsOf, preListings } from "../market/companions.ts";
import type { Contract } from "../market/contract.ts";
import { bySymbol, type Market } from "../market/market.ts";
import { hashOf, hashText } from "../market/random.ts";
import { createSymbolMarket, type SymbolMarket } from "../market/symbol-market.ts";
import { MINUTE_MS } from "../market/time.ts";
import { type Recording, readRecordings } from "./recording.ts";
import { RecordingError } from "./recording-error.ts";

/** 0.2 trades a minute for each 1000 USD traded in it, as on the real exchange around 2025. */
const TRADES_PER_MINUTE_PER_USD = 0.0002;

/**
 * The recorded market from `atMs` on. Candles are the recorded ones; books, trades, positioning and funding are generated
 * around them from `seed`. It moves once a minute: nothing within a minute was recorded, so at any moment
 * everything shows the state at the last full minute. The last price is the close of the last closed one-minute
 * candle, and the 24 h figures are computed over the 1440 closed candles up to it: prevPrice24h is the open of the first
 * of them, turnover is the sum of volume * (high + low + close) / 3. At the recording's end the market stands still.
 *
 * @throws RecordingError when there is no such recording or `atMs` is outside of it
 */
export function openReplayMarket(directory: string, atMs: number, seed: number): Market {
  const recordings = readRecordings(directory);
  const startMs = Math.max(...recordings.map(({ minutes }) => minutes.firstMinute)) * MINUTE_MS;
  const endMs = (Math.min(...recordings.map(({ minutes }) => minutes.lastMinute)) + 1) * MINUTE_MS;
  if (!(atMs > startMs && atMs <= endMs)) {
    throw new RecordingError(
      `${describeTime(atMs)} is outside of the recording in ${directory}`,
      `choose a time after ${describeTime(startMs)} and up to ${describeTime(endMs)}`,
    );
  }
  const recorded = recordings.map((recording, index) => replaySymbol(recording, index, seed));
  const bitcoin = recorded.find(({ contract }) => contract.baseCoin === "BTC") ?? recorded[0];
  if (bitcoin === undefined) {
    throw new RangeError("a recording has at least one symbol");
  }
  const symbols = [...recorded, ...companionsOf(bitcoin, atMs), ...preListings(bitcoin, atMs)].sort(bySymbol);
  const visibleMs = (timeMs: number) => Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
  return { symbols, bitcoin, seed, startMs: atMs, endMs, visibleMs };
}

function replaySymbol(recording: Recording, index: number, seed: number): SymbolMarket {
  const { symbol, tick, quantityStep, minutes, meanPrice, meanDailyTurnoverUsd } = recording;
  const contract: Contract = {
    symbol,
    symbolId: index + 5,
    contractType: "LinearPerpetual",
    baseCoin: symbol.replace(/USDT$/, ""),
    quoteCoin: "USDT",
    symbolType: "",
    // Its candles begin with the recording, its contract does not: funding and ratios have a longer past.
    launchTimeMs: Date.UTC(2021, 0, 1),
    deliveryTimeMs: 0,
    tick,
    quantityStep,
    maxLeverage: 100,
    fundingIntervalHours: 8,
    fundingCap: 0.00333,
    preListing: null,
  };
  const liquidity = {
    dailyTurnoverUsd: meanDailyTurnoverUsd,
    tradesPerMinute: Math.min(400, (meanDailyTurnoverUsd / 1440) * TRADES_PER_MINUTE_PER_USD),
    usualPrice: meanPrice,
  };
  return createSymbolMarket(contract, liquidity, minutes, hashOf(seed, hashText(symbol)));
}

function describeTime(timeMs: number): string {
  return Number.isFinite(timeMs) ? new Date(timeMs).toISOString() : String(timeMs);
}
