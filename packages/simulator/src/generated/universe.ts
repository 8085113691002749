import type { Contract } from "../market/contract.ts";
import { powerOfTenStep, stepOf } from "../market/contract.ts";
import { hashOf, hashText, unitOf } from "../market/random.ts";
import { DAY_MS, HOUR_MS } from "../market/time.ts";
import { INNOVATION_COINS, MAJOR_COINS, OTHER_COINS, PEGGED_COINS, SECTORS, type Sector } from "./coins.ts";
import { type Traits, tradesPerMinuteAt } from "./traits.ts";

/** A coin's contract, and the parameters that generate its market. */
export interface Listing {
  readonly contract: Contract;
  readonly traits: Traits;
  readonly sector: Sector;
}

const OLDEST_LAUNCH_MS = Date.UTC(2020, 2, 26);
const NEWEST_OLD_LAUNCH_MS = Date.UTC(2025, 5, 1);
/** The smallest coins (12 of 520) are new: there is a listing about every three days, so some histories are short. */
const NEW_LISTING_CYCLE_MS = 40 * DAY_MS;
const NEW_LISTING_SHARE = 12 / 520;

/** The eligible perpetuals of a generated market, largest first. The same seed makes the same coins. */
export function listCoins(seed: number, count: number, startMs: number): Listing[] {
  const named = [...MAJOR_COINS, ...PEGGED_COINS, ...OTHER_COINS, ...INNOVATION_COINS];
  return Array.from({ length: count }, (_, rank) => {
    const [coin = `COIN${rank}`, price, sector] = (named[rank] ?? `COIN${rank}`).split(":");
    const key = hashOf(seed, hashText(coin));
    const referencePrice = price === undefined ? drawnPrice(coin, key) : Number(price);
    const traits = PEGGED_COINS.includes(named[rank] ?? "")
      ? peggedTraits(referencePrice)
      : coinTraits(referencePrice, rank, key);
    return {
      contract: coinContract(coin, rank, referencePrice, traits, launchOf(rank, count, key, startMs)),
      traits,
      sector: SECTORS.find((name) => name === sector) ?? SECTORS[hashOf(key, 41) % SECTORS.length] ?? "layer1",
    };
  });
}

function coinTraits(referencePrice: number, rank: number, key: number): Traits {
  const draw = (salt: number) => unitOf(hashOf(key, salt));
  const smallness = Math.min(1, rank / 500);
  const dailyTurnoverUsd =
    (rank === 0 ? 4.5e9 : 3.5e9) * (rank + 1) ** -1.35 * Math.exp(-1.5 * smallness) * (0.8 + 0.4 * draw(42));
  return {
    referencePrice,
    dailyTurnoverUsd,
    tradesPerMinute: tradesPerMinuteAt(dailyTurnoverUsd),
    marketWeight: rank === 0 ? 1 : 1.1 + 0.5 * draw(43) - 0.6 * smallness,
    sectorWeight: rank === 0 ? 0 : 0.5 + 0.7 * draw(44),
    dailyDeviation: rank === 0 ? 0.006 : 0.014 + 0.036 * smallness + 0.03 * draw(45) ** 3,
    // The majors are always of interest: bitcoin stays the largest.
    attentionSpread: rank < 12 ? 0.15 : 0.45,
  };
}

function peggedTraits(referencePrice: number): Traits {
  const isMoney = referencePrice === 1;
  return {
    referencePrice,
    dailyTurnoverUsd: isMoney ? 9e6 : 2.5e7,
    tradesPerMinute: 10,
    marketWeight: isMoney ? 0 : 0.05,
    sectorWeight: 0,
    dailyDeviation: isMoney ? 0.0003 : 0.009,
    attentionSpread: 0.15,
  };
}

/** Log-uniform from 0.01 to 10; a name that starts with 1000 stands for many cheap coins. */
function drawnPrice(coin: string, key: number): number {
  const price = 10 ** (3 * unitOf(hashOf(key, 46)) - 2);
  return coin.startsWith("10000") ? price / 20 : price;
}

function coinContract(coin: string, rank: number, price: number, traits: Traits, launchTimeMs: number): Contract {
  const draw = unitOf(hashOf(hashText(coin), 47));
  const magnitude = Math.floor(Math.log10(price));
  const fundingIntervalHours = rank < 12 || draw < 0.3 ? 8 : draw < 0.95 ? 4 : 1;
  return {
    symbol: `${coin}USDT`,
    symbolId: rank + 5,
    contractType: "LinearPerpetual",
    baseCoin: coin,
    quoteCoin: "USDT",
    symbolType: INNOVATION_COINS.includes(coin) ? "innovation" : "",
    launchTimeMs,
    deliveryTimeMs: 0,
    tick: tickOf(coin, magnitude, rank, draw),
    quantityStep: powerOfTenStep(Math.round(Math.log10((rank < 10 ? 30 : 0.3) / price))),
    maxLeverage: rank < 2 ? 100 : rank < 30 ? 75 : traits.dailyTurnoverUsd > 3e6 ? 50 : 25,
    fundingIntervalHours,
    fundingCap: rank < 2 ? 0.00333 : fundingIntervalHours === 1 ? 0.005 : 0.01,
    preListing: null,
  };
}

/** Four or five digits; some are written with one digit more than they have, as "0.10". */
function tickOf(coin: string, magnitude: number, rank: number, draw: number) {
  if (coin === "BTC") {
    return stepOf(0.1, 2);
  }
  const exponent = magnitude - (rank < 150 || draw < 0.4 ? 4 : 3);
  const step = powerOfTenStep(exponent);
  return draw > 0.7 && exponent < 0 ? stepOf(step.size, step.decimals + 1) : step;
}

/** Majors first; the last ones within the 40 days before the start. */
function launchOf(rank: number, count: number, key: number, startMs: number): number {
  const newListings = Math.floor(count * NEW_LISTING_SHARE);
  const newest = rank - (count - newListings);
  if (newest >= 0) {
    const phaseMs = (newest / newListings) * NEW_LISTING_CYCLE_MS;
    const launch = Math.floor((startMs - phaseMs) / NEW_LISTING_CYCLE_MS) * NEW_LISTING_CYCLE_MS + phaseMs;
    return Math.floor(launch / HOUR_MS) * HOUR_MS;
  }
  const share = Math.min(1, rank / 400) * (0.6 + 0.4 * unitOf(hashOf(key, 48)));
  const launch = OLDEST_LAUNCH_MS + share * (NEWEST_OLD_LAUNCH_MS - OLDEST_LAUNCH_MS);
  return Math.floor(launch / HOUR_MS) * HOUR_MS;
}
