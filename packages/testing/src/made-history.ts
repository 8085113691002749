import type { HistoryRefresh, HistoryRow, MarketDirection } from "@pulseboard/history";
import { createRandom, type Random } from "./random.ts";

export interface MadeHistory {
  readonly seed: number;
  readonly fromMs: number;
  readonly days: number;
  readonly symbols: number;
  readonly periodMs: number;
  /** Only the first refreshes of each quarter of an hour. */
  readonly perQuarter: number;
  /** Holes, lost refreshes, unknown figures and prices, contracts that leave the list or are delisted, equal scores. */
  readonly nasty: boolean;
  /** How far the scores of now lean to the moves that come, 0 for not at all. */
  readonly foresight?: number;
}

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const DIRECTIONS: readonly MarketDirection[] = ["bullish", "neutral", "bearish", null];

/** A made market of random walks, as refreshes. The same seed gives the same. */
export function* madeHistory(shape: MadeHistory): Generator<HistoryRefresh> {
  const random = createRandom(shape.seed);
  const { fromMs, days, symbols, periodMs, perQuarter, nasty, foresight = 0 } = shape;
  const markets = Array.from({ length: symbols }, (_, index) => ({
    symbol: `C${index}USDT`,
    price: Math.exp(4 * random.normal()),
    score: 50,
    // It is in every score, and in the drift of the price as far as there is foresight.
    lean: 0,
    delistedMs: nasty && index % 11 === 3 ? fromMs + random.uniform() * days * DAY_MS : Number.POSITIVE_INFINITY,
    unlistedMs: nasty && index % 7 === 5 ? fromMs + random.uniform() * days * DAY_MS : Number.POSITIVE_INFINITY,
  }));
  const holes = Array.from({ length: nasty ? days * 3 : 0 }, () => {
    const start = fromMs + random.uniform() * days * DAY_MS;
    return { start, end: start + random.uniform() ** 3 * 4 * 3_600_000 };
  });
  let sequence = 0;
  // Carries all scores to one side for hours.
  let tide = 0;
  for (let quarter = fromMs; quarter < fromMs + days * DAY_MS; quarter += QUARTER_MS) {
    const direction = DIRECTIONS[random.below(4)] ?? null;
    const common = 0.002 * random.normal();
    tide = nasty ? 0.95 * tide + 0.2 * random.normal() : 0;
    for (const market of markets) {
      market.lean = 0.95 * market.lean + 0.3 * random.normal();
      market.score = 50 + 50 * Math.tanh(0.6 * (market.lean + tide));
      market.price *= Math.exp(common + 0.003 * random.normal() + foresight * 0.003 * market.lean);
    }
    for (let place = 0; place < perQuarter; place += 1) {
      sequence += 1;
      // Refreshes are never quite on time.
      const asOfMs = quarter + 5_000 + place * periodMs + random.below(400);
      const isHole = holes.some(({ start, end }) => asOfMs >= start && asOfMs < end);
      const isLost = nasty && random.uniform() < 0.01;
      const rows = markets
        .filter(({ delistedMs }) => asOfMs < delistedMs)
        .map((market) => rowOf(market, random, nasty, asOfMs < market.unlistedMs));
      if (!(isHole || isLost)) {
        yield { asOfMs, periodMs, sequence, direction, rows };
      }
    }
  }
}

function rowOf(
  market: { readonly symbol: string; readonly price: number; readonly score: number; readonly lean: number },
  random: Random,
  nasty: boolean,
  scored: boolean,
): HistoryRow {
  const orNull = (value: number) => (!scored || (nasty && random.uniform() < 0.02) ? null : value);
  const signal = () => orNull(Math.tanh(market.lean + random.normal()));
  return {
    symbol: market.symbol,
    scored,
    // Coarse where it is nasty, so that many are equal.
    score: scored ? (nasty ? Math.round(market.score / 5) * 5 : Math.round(market.score * 100) / 100) : null,
    weightedSignal: orNull(Math.tanh(market.lean)),
    relative: orNull(Math.round(market.score)),
    components: {
      technical: signal(),
      volume: signal(),
      orderflow: signal(),
      orderbook: signal(),
      sentiment: nasty ? 0 : signal(),
      price_structure: signal(),
    },
    outlook: orNull(-Math.tanh(market.lean)),
    reliability: 0.8,
    momentum1h: orNull(0.01 * random.normal()),
    momentum24h: orNull(0.05 * random.normal()),
    rating30m: orNull(Math.round(4 * random.normal()) / 11),
    markPrice: nasty && random.uniform() < 0.01 ? null : market.price * Math.exp(0.0005 * random.normal()),
    fundingRate: 0.0001,
    openInterestUsd: 1e6,
    turnoverUsd: 1e4,
    knownInputs: 0b111_1111_1111,
  };
}
