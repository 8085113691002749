import { fiveMinuteChange, priceMoves, type SymbolInputs, scoreSymbol, type Ticker } from "@pulseboard/engine";
import type { ReferenceCollection } from "@pulseboard/exchange";
import { OUTLOOK_COLLECTING } from "@pulseboard/snapshot";
import { generateMarket, MARKET_NOW_MS } from "@pulseboard/testing/generated-market";
import type { RefreshInput } from "../state/market-state.ts";

const NAMES = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

/**
 * The complete input of a refresh of a generated market at `MARKET_NOW_MS + laterMs`; the inputs of the symbols are always
 * as fresh as can be.
 */
export function generateRefreshInput(options: { symbols: number; seed?: number; laterMs?: number }): RefreshInput {
  const { symbols: count, seed = 1, laterMs = 0 } = options;
  const asOfMs = MARKET_NOW_MS + laterMs;
  const inputs = new Map<string, SymbolInputs>();
  const tickers: Ticker[] = [];
  for (let index = 0; index < count; index++) {
    const symbol = NAMES[index] ?? `COIN${index}USDT`;
    const generated = generateMarket({ seed: seed * 1000 + index, drift: (index % 7) / 10 - 0.3 });
    if (!generated.ticker.known) {
      throw new Error("a generated market has a ticker");
    }
    const ticker = {
      ...generated.ticker.value,
      symbol,
      baseCoin: symbol.replace("USDT", ""),
      change24hPercent: (index % 11) - 4.5,
      turnover24hUsd: 1e9 / (index + 1),
    };
    tickers.push(ticker);
    inputs.set(symbol, { ...generated, symbol, ticker: { ...generated.ticker, value: ticker } });
  }
  const scored = tickers.map((ticker) => {
    const input = inputs.get(ticker.symbol);
    if (input === undefined) {
      throw new Error("every ticker has inputs");
    }
    return {
      ticker,
      analysis: scoreSymbol(input),
      tickerAsOfMs: asOfMs,
      fiveMinuteChange: fiveMinuteChange(input),
      moves: priceMoves(input),
    };
  });
  return {
    asOfMs,
    tickers: { tickers, asOfMs, expected: count },
    reference: generatedReference(asOfMs),
    symbols: {
      scored,
      expected: count,
      inputs,
      bitcoinReturns: scored[0]?.moves.hourlyReturns ?? { known: false, reason: "not_provided" },
    },
    source: "simulator",
    moversMinTurnoverUsd: 500_000,
    periodMs: 30_000,
    outlookGates: OUTLOOK_COLLECTING,
  };
}

export function generatedReference(asOfMs: number): ReferenceCollection {
  return {
    globalMarket: {
      value: {
        totalMarketCapUsd: 3.1e12,
        marketCapChange24hPercent: -1.2,
        btcDominancePercent: 58.3,
        ethDominancePercent: 11.9,
        usdtDominancePercent: 5.1,
        usdcDominancePercent: 2.2,
      },
      source: "coingecko",
      asOfMs: asOfMs - 60_000,
    },
    fearGreed: { value: { value: 41, label: "Fear" }, source: "alternative.me", asOfMs: asOfMs - 3_600_000 },
    problems: [],
  };
}
