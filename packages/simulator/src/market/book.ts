import { driftAt } from "./noise.ts";
import { drawFrom, HEAVY_POSITIVE, HEAVY_POSITIVE_MEAN, hashOf, unitOf } from "./random.ts";
import type { SymbolMarket } from "./symbol-market.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

/** One level: price in ticks, quantity in steps. */
export type Level = readonly [price: number, quantity: number];

export interface OrderBook {
  /** Highest first. */
  readonly bids: readonly Level[];
  /** Lowest first. */
  readonly asks: readonly Level[];
}

/** Share of the prices that have an order, where the tick is small relative to the price. */
const FINE_TICK_OCCUPANCY = 0.6;

/**
 * The order book at a moment, around the last price: the best bid or the best ask is the last price. A level keeps
 * its quantity for 1 to 32 seconds, so that two books in a row have much in common.
 *
 * @returns undefined before the first trade
 */
export function orderBookAt(market: SymbolMarket, nowMs: number, levels: number): OrderBook | undefined {
  const last = market.history.currentMinute(nowMs)?.close;
  if (last === undefined) {
    return undefined;
  }
  const ticksPerBasisPoint = last / 10_000;
  const spread = Math.max(1, Math.round(spreadBasisPoints(market.liquidity.dailyTurnoverUsd) * ticksPerBasisPoint));
  const lastIsBid = unitOf(hashOf(market.key, 31, Math.floor(nowMs / SECOND_MS))) < 0.5;
  const bestBid = Math.max(1, lastIsBid ? last : last - spread);
  const bestAsk = Math.max(bestBid + 1, lastIsBid ? last + spread : last);
  const lean = leaning(market, nowMs);
  const base = usualLevelSteps(market, last, ticksPerBasisPoint);
  const side = (best: number, direction: 1 | -1, weight: number) => {
    const result: Level[] = [];
    for (
      let price = best;
      result.length < levels && price >= 1 && Math.abs(price - best) < 4 * levels;
      price += direction
    ) {
      if (price !== best && !isOccupied(market.key, price, ticksPerBasisPoint)) {
        continue;
      }
      const distance = Math.abs(price - best) / ticksPerBasisPoint;
      result.push([price, quantityAt(market.key, price, nowMs, base * weight * shape(distance))]);
    }
    return result;
  };
  return { bids: side(bestBid, -1, Math.exp(lean)), asks: side(bestAsk, 1, Math.exp(-lean)) };
}

/** 0.03 bp for the largest market, 5 bp at a million a day. */
function spreadBasisPoints(dailyTurnoverUsd: number): number {
  return Math.min(30, 0.3 * (1e8 / dailyTurnoverUsd) ** 0.6);
}

function isOccupied(key: number, price: number, ticksPerBasisPoint: number): boolean {
  return ticksPerBasisPoint < 3 || unitOf(hashOf(key, 32, price)) < FINE_TICK_OCCUPANCY;
}

/** Thin at the touch, most some basis points away, thinning out beyond. */
function shape(distanceBasisPoints: number): number {
  return (0.4 + Math.min(1, distanceBasisPoints / 2)) / (1 + distanceBasisPoints / 40);
}

/** About 0.15 % of a day's turnover lies within 10 bp on each side. */
function usualLevelSteps(market: SymbolMarket, last: number, ticksPerBasisPoint: number): number {
  const { tick, quantityStep } = market.contract;
  const within10Usd = market.liquidity.dailyTurnoverUsd * 0.0015;
  const levelsWithin10 = Math.max(1, 10 * ticksPerBasisPoint * (ticksPerBasisPoint < 3 ? 1 : FINE_TICK_OCCUPANCY));
  return within10Usd / levelsWithin10 / (last * tick.size * quantityStep.size) / HEAVY_POSITIVE_MEAN;
}

function quantityAt(key: number, price: number, nowMs: number, usual: number): number {
  const level = hashOf(key, 33, price);
  const lastsMs = SECOND_MS * 2 ** (level % 6);
  const draw = drawFrom(HEAVY_POSITIVE, hashOf(level, Math.floor((nowMs + (level % 7919)) / lastsMs)));
  const round = price % 100 === 0 ? 2.5 : price % 10 === 0 ? 1.4 : 1;
  return Math.max(1, Math.round(usual * round * Math.min(draw, 12)));
}

/** Above 0 when there is more to buy: drifts over minutes, and follows the trend of the last hour. */
function leaning(market: SymbolMarket, nowMs: number): number {
  const slow = 0.3 * driftAt(hashOf(market.key, 34), nowMs, 15 * MINUTE_MS);
  const fast = 0.12 * driftAt(hashOf(market.key, 35), nowMs, 40 * SECOND_MS);
  return slow + fast + 0.25 * Math.tanh(market.positioning.trend(nowMs, HOUR_MS) / 0.01);
}
