import { formatSteps } from "../market/contract.ts";
import type { Market } from "../market/market.ts";
import { driftAt } from "../market/noise.ts";
import { hashOf, hashText } from "../market/random.ts";
import { DAY_MS, MINUTE_MS } from "../market/time.ts";

const BITCOINS = 19_950_000;
const UPDATED_EVERY_MS = 5 * MINUTE_MS;

/** The coin market as a whole at a moment; shares are % of the total capitalisation. */
interface GlobalFigures {
  readonly updatedAtMs: number;
  readonly marketCapUsd: number;
  readonly volume24hUsd: number;
  readonly bitcoinUsd: number;
  readonly shares: Readonly<
    Record<"btc" | "eth" | "usdt" | "xrp" | "bnb" | "sol" | "usdc" | "doge" | "ada" | "trx", number>
  >;
}

const HANDLERS: Readonly<Record<string, (market: Market, nowMs: number) => object>> = {
  "/api/v3/global": coinGeckoGlobal,
  "/v1/global": coinPaprikaGlobal,
  "/fng/": fearAndGreed,
};

export const REFERENCE_ENDPOINTS: readonly string[] = Object.keys(HANDLERS);

/** The body of the reference-data API at `endpoint`; undefined for an unknown endpoint. */
export function answerReference(endpoint: string, market: Market, nowMs: number): object | undefined {
  return HANDLERS[endpoint]?.(market, nowMs);
}

/** CoinGecko `GET /api/v3/global`. */
function coinGeckoGlobal(market: Market, nowMs: number) {
  const figures = globalFigures(market, nowMs);
  const inCurrencies = (usd: number) => ({
    btc: usd / figures.bitcoinUsd,
    eth: (usd / figures.bitcoinUsd) * 33,
    usd,
    eur: usd * 0.86,
  });
  return {
    data: {
      active_cryptocurrencies: 17_842,
      upcoming_icos: 0,
      ongoing_icos: 49,
      ended_icos: 3376,
      markets: 1421,
      total_market_cap: inCurrencies(figures.marketCapUsd),
      total_volume: inCurrencies(figures.volume24hUsd),
      market_cap_percentage: figures.shares,
      market_cap_change_percentage_24h_usd: marketCapChange24h(market, nowMs),
      volume_change_percentage_24h_usd: volumeChange24h(market, nowMs),
      updated_at: figures.updatedAtMs / 1000,
    },
  };
}

/** CoinPaprika `GET /v1/global`: it counts more small coins, so its shares are a little lower. */
function coinPaprikaGlobal(market: Market, nowMs: number) {
  const figures = globalFigures(market, nowMs);
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    market_cap_usd: Math.round(figures.marketCapUsd * 1.02),
    volume_24h_usd: Math.round(figures.volume24hUsd * 1.1),
    bitcoin_dominance_percentage: round(figures.shares.btc / 1.02),
    cryptocurrencies_number: 12_946,
    market_cap_ath_value: 4_379_000_000_000,
    market_cap_ath_date: "2025-10-06T15:50:00Z",
    volume_24h_ath_value: 7_500_358_217_152,
    volume_24h_ath_date: "2024-01-20T00:35:00Z",
    volume_24h_percent_from_ath: round((figures.volume24hUsd / 7_500_358_217_152 - 1) * 100),
    volume_24h_percent_to_ath: round((7_500_358_217_152 / figures.volume24hUsd - 1) * 100),
    market_cap_change_24h: round(marketCapChange24h(market, nowMs)),
    volume_24h_change_24h: round(volumeChange24h(market, nowMs)),
    last_updated: figures.updatedAtMs / 1000,
  };
}

/** alternative.me `GET /fng/`: one value a day, from midnight UTC; numbers are strings. */
function fearAndGreed(market: Market, nowMs: number) {
  const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const mood = 12 * driftAt(keyOf(market, "mood"), dayMs, 20 * DAY_MS);
  const trend = 30 * Math.tanh(market.bitcoin.positioning.trend(dayMs, 20 * DAY_MS) / 0.15);
  const value = Math.round(Math.max(5, Math.min(95, 48 + trend + mood)));
  return {
    name: "Fear and Greed Index",
    data: [
      {
        value: String(value),
        value_classification: fearAndGreedLabel(value),
        timestamp: String(dayMs / 1000),
        time_until_update: String(Math.floor((dayMs + DAY_MS - nowMs) / 1000)),
      },
    ],
    metadata: { error: null },
  };
}

function fearAndGreedLabel(value: number): string {
  if (value < 25) {
    return "Extreme Fear";
  }
  if (value < 46) {
    return "Fear";
  }
  if (value <= 54) {
    return "Neutral";
  }
  return value <= 75 ? "Greed" : "Extreme Greed";
}

/** Everything follows from bitcoin's price and its slowly drifting share of the market. */
function globalFigures(market: Market, nowMs: number): GlobalFigures {
  const updatedAtMs = Math.floor(nowMs / UPDATED_EVERY_MS) * UPDATED_EVERY_MS;
  const bitcoinUsd = bitcoinPriceAt(market, updatedAtMs);
  const drift = (name: string) => driftAt(keyOf(market, name), updatedAtMs, 10 * DAY_MS);
  const btc = 55.5 + 1.6 * drift("btc share");
  const marketCapUsd = (bitcoinUsd * BITCOINS) / (btc / 100);
  const shares = {
    btc,
    eth: 12.1 + 0.5 * drift("eth share"),
    usdt: (1.75e11 / marketCapUsd) * 100,
    xrp: 4.1 + 0.2 * drift("xrp share"),
    bnb: 4,
    sol: 2.9 + 0.2 * drift("sol share"),
    usdc: (7.4e10 / marketCapUsd) * 100,
    doge: 0.9,
    ada: 0.8,
    trx: 0.9,
  };
  return {
    updatedAtMs,
    marketCapUsd,
    volume24hUsd: marketCapUsd * volumeShareAt(market, updatedAtMs),
    bitcoinUsd,
    shares,
  };
}

function volumeShareAt(market: Market, timeMs: number): number {
  return 0.04 * Math.exp(0.25 * driftAt(keyOf(market, "volume"), timeMs, 2 * DAY_MS));
}

function marketCapChange24h(market: Market, nowMs: number): number {
  return changePercent((timeMs) => globalFigures(market, timeMs).marketCapUsd, nowMs);
}

function volumeChange24h(market: Market, nowMs: number): number {
  return changePercent((timeMs) => globalFigures(market, timeMs).volume24hUsd, nowMs);
}

function changePercent(at: (timeMs: number) => number, nowMs: number): number {
  return (at(nowMs) / at(nowMs - DAY_MS) - 1) * 100;
}

/** The last price at that time; before the first candle, the first price there is. */
function bitcoinPriceAt({ bitcoin }: Market, timeMs: number): number {
  const firstMs = bitcoin.history.source.firstMinute * MINUTE_MS;
  const candle = bitcoin.history.currentMinute(Math.max(timeMs, firstMs));
  return Number(formatSteps(candle?.close ?? 0, bitcoin.contract.tick));
}

function keyOf(market: Market, name: string): number {
  return hashOf(market.seed, hashText(name));
}
