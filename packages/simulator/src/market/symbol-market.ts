import { cacheMinutes } from "./cached-minutes.ts";
import type { MinuteSource } from "./candle.ts";
import { type CandleHistory, createCandleHistory } from "./candle-history.ts";
import { type Contract, powerOfTenStep, type Step } from "./contract.ts";
import { createPriceFactor, deriveMinutes, type PriceFactor } from "./derived-minutes.ts";
import { createPositioning, type Positioning } from "./positioning.ts";
import { printsOf } from "./prints.ts";
import { hashOf } from "./random.ts";
import { minuteOf } from "./time.ts";

/** The size of a market. */
export interface Liquidity {
  /** An ordinary day's, USD. */
  readonly dailyTurnoverUsd: number;
  readonly tradesPerMinute: number;
  /** The usual price of one coin, quote currency. */
  readonly usualPrice: number;
}

/** Everything about one contract, at any moment. */
export interface SymbolMarket {
  readonly contract: Contract;
  readonly liquidity: Liquidity;
  readonly history: CandleHistory;
  /** Candles of the mark and index price; their prices are in steps of `referenceStep`. */
  readonly mark: CandleHistory;
  readonly index: CandleHistory;
  readonly referenceStep: Step;
  readonly positioning: Positioning;
  /** The seed of this symbol's random numbers. */
  readonly key: number;
}

export function createSymbolMarket(
  contract: Contract,
  liquidity: Liquidity,
  source: MinuteSource,
  key: number,
): SymbolMarket {
  const dailyVolume = liquidity.dailyTurnoverUsd / liquidity.usualPrice / contract.quantityStep.size;
  const activity = { tradesPerMinute: liquidity.tradesPerMinute, volumePerMinute: Math.max(1, dailyVolume / 1440) };
  const history = createCandleHistory(cacheMinutes(source), (candle) =>
    printsOf(candle, activity, hashOf(key, minuteOf(candle.openTimeMs))),
  );
  const positioning = createPositioning(contract, source, dailyVolume * openInterestShare(key), key);
  const referenceStep = powerOfTenStep(-contract.tick.decimals);
  const stepsPerTick = contract.tick.size / referenceStep.size;
  const follow = (multipleAt: (timeMs: number) => number) =>
    followingHistory(
      history,
      createPriceFactor((timeMs) => stepsPerTick * multipleAt(timeMs)),
    );
  return {
    contract,
    liquidity,
    history,
    mark: follow((timeMs) => 1 + positioning.markOffset(timeMs)),
    index: follow((timeMs) => 1 / (1 + positioning.premium(timeMs))),
    referenceStep,
    positioning,
    key,
  };
}

/** A price that follows the contract's price, trade by trade, at a slowly changing distance. */
function followingHistory(history: CandleHistory, priceFactor: PriceFactor): CandleHistory {
  const { source } = history;
  const derived = deriveMinutes(source, {
    priceFactor,
    volumeFactor: 1,
    logPriceOffset: 0,
    firstMinute: source.firstMinute,
  });
  return createCandleHistory(cacheMinutes(derived), (candle) => {
    const minute = minuteOf(candle.openTimeMs);
    const prints = history.printsOfMinute(minute);
    const factor = priceFactor.ofMinute(minute);
    return { ...prints, price: prints.price.map((price) => Math.round(price * factor)) };
  });
}

/** Open interest (both sides) is 0.4 to 1.4 times an ordinary day's volume. */
function openInterestShare(key: number): number {
  return 0.4 + (hashOf(key, 21) & 0xff) / 255;
}
