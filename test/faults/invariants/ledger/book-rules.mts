/** The method's rules on the order book, written again from docs/methodology.md; their scales are here and nowhere else. */
import { total } from "./own-indicators.mts";
import type { Expected } from "./rule-readings.mts";

const SCALES_ATR = { depth_near: 0.1, depth_far: 0.5 };
const TOP_LEVELS = 10;
/** A book that reaches less far gives no signal about depth, in ATR. */
const LEAST_REACH_ATR = 0.05;

/** Price in USD and quantity in base coin of each level, the best first. */
export interface LedgerBook {
  readonly bids: readonly (readonly [price: number, quantity: number])[];
  readonly asks: readonly (readonly [price: number, quantity: number])[];
}

type Side = LedgerBook["bids"];

/** @param atr of the 5m candles, in price; null without these */
export function bookReadings(
  { bids, asks }: LedgerBook,
  atr: number | null,
): Readonly<Record<"depth_near" | "depth_far" | "top_of_book" | "microprice", Expected | null>> {
  const levels = Math.min(TOP_LEVELS, bids.length, asks.length);
  const depth = (scaleAtr: number) => (atr === null ? null : depthOf({ bids, asks }, atr, scaleAtr));
  return {
    depth_near: depth(SCALES_ATR.depth_near),
    depth_far: depth(SCALES_ATR.depth_far),
    top_of_book: against(bids.slice(0, levels), asks.slice(0, levels)),
    microprice: against(bids.slice(0, 1), asks.slice(0, 1)),
  };
}

function against(bids: Side, asks: Side): Expected {
  const [bid, ask] = [bids, asks].map((side) => total(side.map(([, quantity]) => quantity))) as [number, number];
  return { signal: (bid - ask) / (bid + ask), figures: { bid_quantity: bid, ask_quantity: ask } };
}

/** Both sides end at the nearer of their last levels, with a weight that has fallen to 0 there. */
function depthOf({ bids, asks }: LedgerBook, atr: number, scaleAtr: number): Expected | null {
  const [bestBid, bestAsk] = [bids[0]?.[0] ?? Number.NaN, asks[0]?.[0] ?? Number.NaN];
  const mid = (bestBid + bestAsk) / 2;
  const away = (price: number): number => Math.abs(price - mid) / atr;
  const reach = Math.min(away(bids.at(-1)?.[0] ?? Number.NaN), away(asks.at(-1)?.[0] ?? Number.NaN));
  if (reach - away(bestBid) < LEAST_REACH_ATR) {
    return null;
  }
  const weigh = (side: Side): number =>
    total(
      side.map(
        ([price, quantity]) => quantity * Math.exp(-away(price) / scaleAtr) * Math.max(0, 1 - away(price) / reach),
      ),
    );
  const [bid, ask] = [weigh(bids), weigh(asks)];
  return {
    signal: (bid - ask) / (bid + ask),
    figures: { bid_share: (100 * bid) / (bid + ask), reach },
  };
}

const QUALITY_FLOOR = 0.3;
const SPREAD_BP = 5;
const DEPTH_USD = 100_000;
/** A level counts in full up to the one distance from mid, and falling linearly to nothing at the other. */
const FULL_BP = 5;
const NOTHING_BP = 15;

/** From spread and depth near mid, both sides together. @param book null where there is none */
export function qualityOf(book: LedgerBook | null): number {
  const [bid, ask] = [book?.bids[0]?.[0], book?.asks[0]?.[0]];
  if (book === null || bid === undefined || ask === undefined || ask <= bid) {
    return QUALITY_FLOOR;
  }
  const mid = (bid + ask) / 2;
  const spreadBp = ((ask - bid) / mid) * 10_000;
  const depthUsd = total(
    [...book.bids, ...book.asks].map(([price, quantity]) => {
      const awayBp = (Math.abs(price - mid) / mid) * 10_000;
      return price * quantity * Math.min(1, Math.max(0, (NOTHING_BP - awayBp) / (NOTHING_BP - FULL_BP)));
    }),
  );
  const tightness = 1 / (1 + (spreadBp / SPREAD_BP) ** 2);
  return QUALITY_FLOOR + (1 - QUALITY_FLOOR) * tightness * (depthUsd / (depthUsd + DEPTH_USD));
}
