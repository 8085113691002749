import { type Contract, stepOf } from "./contract.ts";
import { createPriceFactor, deriveMinutes } from "./derived-minutes.ts";
import { hashOf, hashText } from "./random.ts";
import { createSymbolMarket, type SymbolMarket } from "./symbol-market.ts";
import { DAY_MS, HOUR_MS, minuteOf } from "./time.ts";

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** How a companion differs from the contract whose price it follows. */
interface Companion {
  readonly contract: Contract;
  /** Price as a multiple of the base's, both in quote currency. */
  readonly priceRatio: number;
  /** Turnover as a multiple. */
  readonly turnoverShare: number;
}

/**
 * The other rows of the exchange's lists, which must not be taken for eligible perpetuals: a perpetual in USDC, dated
 * futures in both currencies, and two contracts before their listing. They follow the base's price.
 */
export function companionsOf(base: SymbolMarket, startMs: number): SymbolMarket[] {
  return [usdcPerpetual(base), ...datedFutures(base, startMs)].map((companion) => follow(base, companion));
}

/** One in its call auction, without a price yet, and one in continuous trading before its listing. */
export function preListings(base: SymbolMarket, startMs: number): SymbolMarket[] {
  const launchTimeMs = Math.floor(startMs / DAY_MS) * DAY_MS - 2 * DAY_MS;
  const coins = [
    { coin: "BP", phase: "ContinuousTrading" as const, price: 0.62 },
    { coin: "ZENITH", phase: "CallAuction" as const, price: 0.12 },
  ];
  return coins.map(({ coin, phase, price }, index) => {
    const contract: Contract = {
      ...base.contract,
      symbol: `${coin}USDT`,
      symbolId: 9000 + index,
      baseCoin: coin,
      launchTimeMs,
      tick: stepOf(0.0001, 4),
      quantityStep: stepOf(1, 0),
      maxLeverage: 5,
      fundingCap: 0.05,
      preListing: phase,
    };
    return follow(base, { contract, priceRatio: price / base.liquidity.usualPrice, turnoverShare: 0.0002 });
  });
}

function follow(base: SymbolMarket, { contract, priceRatio, turnoverShare }: Companion): SymbolMarket {
  const tickRatio = (priceRatio * base.contract.tick.size) / contract.tick.size;
  const stepRatio = base.contract.quantityStep.size / contract.quantityStep.size;
  const source = deriveMinutes(base.history.source, {
    priceFactor: createPriceFactor(() => tickRatio),
    volumeFactor: (turnoverShare * stepRatio) / priceRatio,
    logPriceOffset: Math.log(priceRatio),
    firstMinute: contract.preListing === "CallAuction" ? Infinity : minuteOf(contract.launchTimeMs),
  });
  const liquidity = {
    dailyTurnoverUsd: base.liquidity.dailyTurnoverUsd * turnoverShare,
    tradesPerMinute: base.liquidity.tradesPerMinute * turnoverShare,
    usualPrice: base.liquidity.usualPrice * priceRatio,
  };
  return createSymbolMarket(contract, liquidity, source, hashOf(base.key, hashText(contract.symbol)));
}

function usdcPerpetual(base: SymbolMarket): Companion {
  const { contract } = base;
  return {
    contract: {
      ...contract,
      symbol: `${contract.baseCoin}PERP`,
      symbolId: contract.symbolId + 2000,
      quoteCoin: "USDC",
    },
    priceRatio: 0.9997,
    turnoverShare: 0.004,
  };
}

/** The last Fridays of the next two quarters in USDT, the Friday after next in USDC, all delivered at 08:00 UTC. */
function datedFutures(base: SymbolMarket, startMs: number): Companion[] {
  const [near, far] = quarterEnds(startMs + 14 * DAY_MS);
  const week = fridayAtOrBefore(startMs + 20 * DAY_MS);
  const { contract } = base;
  const dated = (deliveryTimeMs: number, quoteCoin: "USDT" | "USDC", index: number): Companion => ({
    contract: {
      ...contract,
      symbol: `${contract.baseCoin}${quoteCoin === "USDT" ? "USDT" : ""}-${expiryName(deliveryTimeMs)}`,
      symbolId: contract.symbolId + 3000 + 100 * index,
      contractType: "LinearFutures",
      quoteCoin,
      launchTimeMs: Math.max(contract.launchTimeMs, deliveryTimeMs - 270 * DAY_MS),
      deliveryTimeMs,
      fundingIntervalHours: 0,
      maxLeverage: 25,
    },
    // Contango of 5 % a year, as at the start.
    priceRatio: 1 + (0.05 * (deliveryTimeMs - startMs)) / (365 * DAY_MS),
    turnoverShare: 0.002 / (index + 1),
  });
  return [dated(near, "USDT", 0), dated(far, "USDT", 1), dated(week, "USDC", 2)];
}

function quarterEnds(afterMs: number): [number, number] {
  const ends: number[] = [];
  const year = new Date(afterMs).getUTCFullYear();
  for (let quarter = 1; quarter <= 8; quarter++) {
    const end = fridayAtOrBefore(Date.UTC(year, quarter * 3, 1) - DAY_MS);
    if (end > afterMs) {
      ends.push(end);
    }
  }
  const [near = afterMs, far = afterMs] = ends;
  return [near, far];
}

/** 08:00 UTC of the Friday on or before the day of `timeMs`. 1970-01-02 was a Friday. */
function fridayAtOrBefore(timeMs: number): number {
  const day = Math.floor(timeMs / DAY_MS);
  return (day - ((((day - 1) % 7) + 7) % 7)) * DAY_MS + 8 * HOUR_MS;
}

/** "26DEC25". */
function expiryName(timeMs: number): string {
  const date = new Date(timeMs);
  const day = String(date.getUTCDate()).padStart(2, "0");
  return `${day}${MONTHS[date.getUTCMonth()]}${String(date.getUTCFullYear()).slice(2)}`;
}
