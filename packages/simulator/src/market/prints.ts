import type { Candle } from "./candle.ts";
import { createRandomStream, drawFrom, HEAVY_POSITIVE, type RandomStream } from "./random.ts";
import { MINUTE_MS } from "./time.ts";

/** The single trades of one minute, in order of time. Prices in ticks, quantities in steps. */
export interface Prints {
  readonly timeMs: Float64Array;
  readonly price: Float64Array;
  readonly quantity: Float64Array;
  /** 1: the taker bought, 0: the taker sold. */
  readonly takerBought: Uint8Array;
}

/** The activity of a market, which decides the number of trades of a minute. */
export interface Activity {
  readonly tradesPerMinute: number;
  /** Volume of an ordinary minute, steps. */
  readonly volumePerMinute: number;
}

const MAX_PRINTS_PER_MINUTE = 600;

/**
 * Trades that give exactly this candle when they are aggregated: quantities add up to its volume, the first is at the
 * open, the last at the close, high and low are visited and never passed. A candle of fewer steps of volume than it has
 * prices to visit (a recorded one whose open is only the previous close) drops the open first, then an extreme.
 */
export function printsOf(candle: Candle, activity: Activity, key: number): Prints {
  const random = createRandomStream(key);
  const visits = pricesToVisit(candle, random);
  const count = printCount(candle.volume, visits.length, activity);
  const prints: Prints = {
    timeMs: new Float64Array(count),
    price: new Float64Array(count),
    quantity: new Float64Array(count),
    takerBought: new Uint8Array(count),
  };
  if (count === 0) {
    return prints;
  }
  for (let index = 0; index < count; index++) {
    const withinMinute = Math.floor(((index + random.unit()) / count) * (MINUTE_MS - 2));
    prints.timeMs[index] = candle.openTimeMs + 1 + withinMinute;
  }
  fillPrices(prints.price, visits.slice(-count), candle, random);
  fillQuantities(prints.quantity, candle.volume, random);
  fillSides(prints, candle, random);
  return prints;
}

/** Open, the extremes that lie elsewhere, close; a rising minute mostly sees its low first. */
function pricesToVisit(candle: Candle, random: RandomStream): number[] {
  const { open, high, low, close } = candle;
  const lowFirst = random.unit() < (close >= open ? 0.7 : 0.3);
  const extremes = (lowFirst ? [low, high] : [high, low]).filter((price) => price !== open && price !== close);
  return extremes.length === 0 && open === close ? [close] : [open, ...extremes, close];
}

function printCount(volume: number, visits: number, activity: Activity): number {
  const busy = activity.tradesPerMinute * (volume / activity.volumePerMinute) ** 0.7;
  const wanted = Math.max(visits, Math.round(Math.min(busy, MAX_PRINTS_PER_MINUTE)));
  return Math.min(wanted, volume);
}

function fillPrices(price: Float64Array, visits: readonly number[], candle: Candle, random: RandomStream): void {
  const free = price.length - visits.length;
  const cuts = visits.map((_, index) => (index === 0 ? 0 : index === visits.length - 1 ? 1 : random.unit()));
  cuts.sort((a, b) => a - b);
  const wobble = (candle.high - candle.low) * 0.15;
  let from = 0;
  price.fill(visits[0] ?? candle.close);
  for (let visit = 1; visit < visits.length; visit++) {
    const to = visit + Math.round((cuts[visit] ?? 1) * free);
    const start = visits[visit - 1] ?? candle.close;
    const end = visits[visit] ?? candle.close;
    for (let index = from + 1; index < to; index++) {
      const between = start + ((end - start) * (index - from)) / (to - from) + (random.unit() - 0.5) * wobble;
      price[index] = Math.min(candle.high, Math.max(candle.low, Math.round(between)));
    }
    price[to] = end;
    from = to;
  }
}

function fillQuantities(quantity: Float64Array, volume: number, random: RandomStream): void {
  let total = 0;
  for (let index = 0; index < quantity.length; index++) {
    const weight = drawFrom(HEAVY_POSITIVE, random.bits());
    quantity[index] = weight;
    total += weight;
  }
  // Every trade has one step; the rest is dealt by weight, rounding the running sum so that nothing gets lost.
  const dealt = volume - quantity.length;
  let sum = 0;
  let given = 0;
  for (let index = 0; index < quantity.length; index++) {
    sum += quantity[index] ?? 0;
    const due = Math.round((dealt * sum) / total);
    quantity[index] = 1 + due - given;
    given = due;
  }
}

/** A taker who moves the price up has bought; at an unchanged price the side is random, biased by the minute's direction. */
function fillSides(prints: Prints, candle: Candle, random: RandomStream): void {
  const direction = (candle.close - candle.open) / (candle.high - candle.low + 1);
  let previous = candle.open;
  for (let index = 0; index < prints.price.length; index++) {
    const price = prints.price[index] ?? previous;
    const buyChance = price > previous ? 1 : price < previous ? 0 : 0.5 + 0.3 * direction;
    prints.takerBought[index] = random.unit() < buyChance ? 1 : 0;
    previous = price;
  }
}
