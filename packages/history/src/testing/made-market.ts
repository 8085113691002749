import { createRandom } from "@pulseboard/testing/random";
import type { HistoryRefresh, HistoryRow } from "../domain/history-row.ts";

export interface MadeMarketOptions {
  readonly symbols: number;
  readonly seed: number;
}

interface Walk {
  price: number;
  readonly tick: number;
  signals: number[];
  weighted: number;
  interest: number;
  momentum: readonly [number, number];
  outlook: number;
  rating: number;
  reliability: number;
}

/**
 * A market whose figures move as a real one's do: prices by ticks, signals of all components at each refresh, what comes from closed candles
 * at each of those, with some unknown figures.
 */
export function createMadeMarket({ symbols, seed }: MadeMarketOptions): {
  next(asOfMs: number, periodMs: number): HistoryRefresh;
} {
  const random = createRandom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  const { normal } = random;
  const bounded = (value: number): number => Math.max(-1, Math.min(1, value));
  const names = Array.from({ length: symbols }, (_, index) => `COIN${index}USDT`);
  const walks: Walk[] = names.map(() => {
    const digits = Math.floor(between(0, 5));
    return {
      price: Math.round(between(10_000, 90_000)),
      tick: 10 ** -digits,
      signals: Array.from({ length: 6 }, () => between(-1, 1)),
      weighted: between(-0.3, 0.3),
      interest: between(1e6, 1e9),
      momentum: [normal() / 100, normal() / 20],
      outlook: between(-1, 1),
      rating: between(-1, 1),
      reliability: between(0.4, 0.9),
    };
  });
  let sequence = 0;
  let candle = -1;

  const rowOf = (walk: Walk, symbol: string, isNewCandle: boolean, periodMs: number): HistoryRow => {
    const moved = Math.round(walk.price * 2e-4 * normal() * Math.sqrt(periodMs / 30_000));
    walk.price = Math.max(100, walk.price + moved);
    walk.signals = walk.signals.map((signal) => bounded(signal * 0.98 + 0.1 * normal()));
    walk.weighted = bounded(walk.weighted * 0.995 + 0.01 * normal());
    walk.interest *= 1 + 2e-4 * normal();
    walk.reliability = Math.abs(bounded(walk.reliability + 0.005 * normal()));
    if (isNewCandle) {
      walk.momentum = [normal() / 100, normal() / 20];
      walk.outlook = bounded(walk.outlook * 0.9 + 0.2 * normal());
      walk.rating = Math.round(bounded(walk.rating + 0.1 * normal()) * 22) / 22;
    }
    const [technical = 0, volume = 0, orderflow = 0, orderbook = 0, sentiment = 0, structure = 0] = walk.signals;
    return {
      symbol,
      scored: true,
      score: 50 + 50 * walk.weighted,
      weightedSignal: walk.weighted,
      relative: bounded(walk.weighted * 2) * 50 + 50,
      components: { technical, volume, orderflow, orderbook, sentiment, price_structure: structure },
      outlook: walk.outlook,
      reliability: walk.reliability,
      momentum1h: walk.momentum[0],
      momentum24h: walk.momentum[1],
      rating30m: random.uniform() < 0.01 ? null : walk.rating,
      markPrice: Number((walk.price * walk.tick).toFixed(6)),
      fundingRate: Number((1e-4 + 1e-6 * Math.round(walk.outlook * 50)).toFixed(8)),
      openInterestUsd: walk.interest,
      turnoverUsd: Math.exp(10 + 2 * normal()),
      knownInputs: 0b11111111111,
    };
  };

  return {
    next: (asOfMs, periodMs) => {
      const isNewCandle = Math.floor(asOfMs / 300_000) !== candle;
      candle = Math.floor(asOfMs / 300_000);
      sequence += 1;
      const rows = walks.map((walk, index) => rowOf(walk, names[index] ?? "", isNewCandle, periodMs));
      return { asOfMs, periodMs, sequence, direction: "neutral", rows };
    },
  };
}
