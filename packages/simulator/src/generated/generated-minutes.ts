import type { MinuteBlock, MinuteSource } from "../market/candle.ts";
import type { Contract } from "../market/contract.ts";
import { driftAt, walkAt } from "../market/noise.ts";
import {
  createRandomStream,
  drawFrom,
  EXPONENTIAL,
  HEAVY_POSITIVE,
  HEAVY_POSITIVE_MEAN,
  hashOf,
} from "../market/random.ts";
import { BLOCK_MINUTES, BLOCK_MS, DAY_MS, minuteOf } from "../market/time.ts";
import { bridge, type FactorBlock, type FactorPath } from "./factor-path.ts";
import type { Traits } from "./traits.ts";

/** Enough for a minute to trade at its open, high, low and close. */
const LEAST_VOLUME_STEPS = 4;
const MINUTES_PER_DAY = 1440;

export interface Factors {
  readonly market: FactorPath;
  readonly sector: FactorPath;
  /** Scratch memory for one block, shared by all symbols: allocating it took as long as filling it. */
  readonly scratch: FactorBlock;
}

/** Minutes of one symbol: market and sector movement, each with its weight, and its own movement. */
export function generateMinutes(contract: Contract, traits: Traits, factors: Factors, key: number): MinuteSource {
  const logPriceAt = (timeMs: number): number => {
    const { referencePrice, marketWeight, sectorWeight, dailyDeviation } = traits;
    return (
      Math.log(referencePrice) +
      marketWeight * factors.market.levelAt(timeMs) +
      sectorWeight * factors.sector.levelAt(timeMs) +
      dailyDeviation * walkAt(key, timeMs / BLOCK_MS)
    );
  };

  const block = (blockIndex: number): MinuteBlock => {
    const { market, sector } = factors;
    const { referencePrice, marketWeight, sectorWeight, dailyDeviation } = traits;
    const common = market.block(blockIndex);
    const inSector = sector.block(blockIndex);
    const { path, intensity } = factors.scratch;
    bridge(key, blockIndex, dailyDeviation, common.intensity, factors.scratch);
    const logTicks = Math.log(referencePrice / contract.tick.size);
    for (let index = 0; index <= BLOCK_MINUTES; index++) {
      const shared = marketWeight * (common.path[index] ?? 0) + sectorWeight * (inSector.path[index] ?? 0);
      path[index] = Math.max(1, Math.round(Math.exp(logTicks + shared + (path[index] ?? 0))));
    }
    return tradeAlong(path, intensity, blockIndex);
  };

  /** Turns the path (241 prices in ticks) into candles: some minutes trade, some do not, and wicks go beyond the path. */
  const tradeAlong = (path: Float64Array, intensity: Float64Array, blockIndex: number): MinuteBlock => {
    const { tradesPerMinute, dailyTurnoverUsd, marketWeight, dailyDeviation } = traits;
    const { tick, quantityStep } = contract;
    const random = createRandomStream(hashOf(key, blockIndex, 7));
    const attention = attentionAt(blockIndex);
    const attentionStep = (attentionAt(blockIndex + 1) - attention) / BLOCK_MINUTES;
    const minuteDeviation = Math.hypot(dailyDeviation, marketWeight * 0.02) / Math.sqrt(MINUTES_PER_DAY);
    const stepsPerMinute = dailyTurnoverUsd / MINUTES_PER_DAY / (tick.size * quantityStep.size) / HEAVY_POSITIVE_MEAN;
    const { open, high, low, close, volume } = emptyBlock();
    let previous = path[0] ?? 1;
    for (let minute = 0; minute < BLOCK_MINUTES; minute++) {
      const storm = intensity[minute] ?? 1;
      const activity = (attention + attentionStep * minute) * storm;
      const expectedTrades = tradesPerMinute * activity;
      // Beyond 12 expected trades a quiet minute is too unlikely to be worth the exponential.
      const quietChance = expectedTrades > 12 ? 0 : Math.exp(-expectedTrades);
      const draws = random.bits();
      open[minute] = previous;
      // The last minute of a block always trades: it ends where the next block starts.
      if (minute < BLOCK_MINUTES - 1 && random.unit() < quietChance) {
        high[minute] = low[minute] = close[minute] = previous;
        continue;
      }
      const price = path[minute + 1] ?? previous;
      const deviation = minuteDeviation * storm * previous;
      const wick = deviation * 0.3;
      high[minute] = Math.max(previous, price) + Math.floor(wick * drawFrom(EXPONENTIAL, draws));
      low[minute] = Math.max(1, Math.min(previous, price) - Math.floor(wick * drawFrom(EXPONENTIAL, draws << 12)));
      close[minute] = price;
      const moved = 0.35 + 0.9 * Math.min(8, Math.abs(price - previous) / (deviation + 1));
      const draw = drawFrom(HEAVY_POSITIVE, random.bits());
      const steps = (stepsPerMinute / price) * activity * moved * (draw / (1 - quietChance));
      volume[minute] = Math.max(LEAST_VOLUME_STEPS, Math.round(steps));
      previous = price;
    }
    return { open, high, low, close, volume };
  };

  /** Interest in the coin as a multiple of the usual: its own fashion, and more of it when it has moved a lot. */
  const attentionAt = (blockIndex: number): number => {
    const spread = traits.attentionSpread;
    const fashion = driftAt(hashOf(key, 3), blockIndex * BLOCK_MS, 7 * DAY_MS);
    const movedInDay = Math.abs(walkAt(key, blockIndex) - walkAt(key, blockIndex - 6));
    return Math.exp(spread * fashion) * (1 + spread * (movedInDay - 0.8));
  };

  return { firstMinute: minuteOf(contract.launchTimeMs), lastMinute: Infinity, logPriceAt, block };
}

/** One allocation for all prices: four small ones took a fifth of the time of the whole block. */
function emptyBlock(): MinuteBlock {
  const prices = new Int32Array(4 * BLOCK_MINUTES);
  const column = (index: number) => prices.subarray(index * BLOCK_MINUTES, (index + 1) * BLOCK_MINUTES);
  return {
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: new Float64Array(BLOCK_MINUTES),
  };
}
