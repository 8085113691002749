import { companionsOf, preListings } from "../market/companions.ts";
import { type Contract, stepOf } from "../market/contract.ts";
import { bySymbol, type Market } from "../market/market.ts";
import { hashOf, hashText } from "../market/random.ts";
import { createSymbolMarket, type SymbolMarket } from "../market/symbol-market.ts";
import { SECTORS, type Sector, TRADITIONAL_ASSETS } from "./coins.ts";
import { createFactorPath, emptyFactorBlock, type FactorPath } from "./factor-path.ts";
import { type Factors, generateMinutes } from "./generated-minutes.ts";
import { type Traits, tradesPerMinuteAt } from "./traits.ts";
import { listCoins } from "./universe.ts";

/** Daily deviation of the whole market (bitcoin goes with it) and of a sector around it. */
const MARKET_DAILY_DEVIATION = 0.019;
const SECTOR_DAILY_DEVIATION = 0.014;
const TRADITIONAL_LAUNCH_MS = Date.UTC(2025, 8, 1);

/**
 * An invented market. Only the list of contracts is computed here: candles, books and the rest are computed on demand,
 * from the seed and the time alone. Only which contracts there are also depends on `listingsAtMs`: dated futures are those
 * of the months after it, the newest listings those of the 40 days before it. A market that goes on after a restart is
 * the same one if it keeps the listings of its first start.
 *
 * @param symbolCount eligible perpetuals, at least 2; dated futures, USDC perpetuals, stocks and contracts before
 *   their listing come on top
 */
export function createGeneratedMarket(
  seed: number,
  symbolCount: number,
  startMs: number,
  listingsAtMs: number = startMs,
): Market {
  const market = createFactorPath(hashOf(seed, hashText("market")), MARKET_DAILY_DEVIATION);
  const outside = createFactorPath(hashOf(seed, hashText("outside")), MARKET_DAILY_DEVIATION / 2);
  const sectors = new Map<Sector, FactorPath>(
    SECTORS.map((sector) => [sector, createFactorPath(hashOf(seed, hashText(sector)), SECTOR_DAILY_DEVIATION)]),
  );
  const scratch = emptyFactorBlock();
  const make = (contract: Contract, traits: Traits, factors: Factors) => {
    const key = hashOf(seed, hashText(contract.symbol));
    const source = generateMinutes(contract, traits, factors, key);
    const { dailyTurnoverUsd, tradesPerMinute, referencePrice } = traits;
    return createSymbolMarket(contract, { dailyTurnoverUsd, tradesPerMinute, usualPrice: referencePrice }, source, key);
  };
  const coins = listCoins(seed, symbolCount, listingsAtMs).map(({ contract, traits, sector }) =>
    make(contract, traits, { market, sector: sectors.get(sector) ?? market, scratch }),
  );
  const [bitcoin, ether] = coins;
  if (bitcoin === undefined || ether === undefined) {
    throw new RangeError("a market needs at least 2 symbols");
  }
  const traditional = TRADITIONAL_ASSETS.map((asset, index) => {
    const { contract, traits } = traditionalAsset(asset, index);
    return make(contract, traits, { market: outside, sector: outside, scratch });
  });
  const companions = [bitcoin, ether].flatMap((base) => companionsOf(base, listingsAtMs));
  const symbols: SymbolMarket[] = [...coins, ...traditional, ...companions, ...preListings(ether, listingsAtMs)];
  return { symbols: symbols.sort(bySymbol), bitcoin, seed, startMs, endMs: Infinity, visibleMs: (timeMs) => timeMs };
}

function traditionalAsset(asset: string, index: number): { contract: Contract; traits: Traits } {
  const [name = "", price, type] = asset.split(":");
  const dailyTurnoverUsd = 4e7 / (index + 1);
  return {
    contract: {
      symbol: `${name}USDT`,
      symbolId: 4000 + index,
      contractType: "LinearPerpetual",
      baseCoin: name,
      quoteCoin: "USDT",
      symbolType: type === "commodity" ? "commodity" : "stock",
      launchTimeMs: TRADITIONAL_LAUNCH_MS,
      deliveryTimeMs: 0,
      tick: stepOf(0.01, 2),
      quantityStep: stepOf(0.01, 2),
      maxLeverage: 25,
      fundingIntervalHours: 4,
      fundingCap: 0.01,
      preListing: null,
    },
    traits: {
      referencePrice: Number(price),
      dailyTurnoverUsd,
      tradesPerMinute: tradesPerMinuteAt(dailyTurnoverUsd),
      marketWeight: 1,
      sectorWeight: 0,
      dailyDeviation: 0.015,
      attentionSpread: 0.3,
    },
  };
}
