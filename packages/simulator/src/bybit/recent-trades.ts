import { formatSteps } from "../market/contract.ts";
import { hashOf } from "../market/random.ts";
import type { SymbolMarket } from "../market/symbol-market.ts";
import { minuteOf } from "../market/time.ts";
import { categoryOf, limitOf, type SimulatedRequest, symbolMarketOf } from "./request.ts";

/** How far back trades are looked for: a coin that nobody trades is not searched for forever. */
const MAX_MINUTES_BACK = 7 * 1440;

/** `/v5/market/recent-trade`: newest first; the trades that the minutes' candles consist of. */
export function recentTrade(request: SimulatedRequest) {
  const symbol = symbolMarketOf(request);
  const category = categoryOf(request.query, "linear");
  return { category, list: newestTrades(symbol, request.visibleMs, limitOf(request.query, 500, 1000)) };
}

function newestTrades(symbol: SymbolMarket, nowMs: number, limit: number) {
  const { contract, history } = symbol;
  const { firstMinute, lastMinute } = history.source;
  const newest = Math.min(minuteOf(nowMs), lastMinute);
  const oldest = Math.max(firstMinute, newest - MAX_MINUTES_BACK);
  const list: Record<string, string | boolean>[] = [];
  for (let minute = newest; minute >= oldest && list.length < limit; minute--) {
    const { timeMs, price, quantity, takerBought } = history.printsOfMinute(minute);
    for (let index = timeMs.length - 1; index >= 0 && list.length < limit; index--) {
      const time = timeMs[index] ?? 0;
      if (time > nowMs) {
        continue;
      }
      list.push({
        execId: executionId(symbol.key, minute, index),
        symbol: contract.symbol,
        price: formatSteps(price[index] ?? 0, contract.tick),
        size: formatSteps(quantity[index] ?? 0, contract.quantityStep),
        side: takerBought[index] === 1 ? "Buy" : "Sell",
        time: String(time),
        isBlockTrade: false,
        isRPITrade: false,
        seq: String(minute * 1000 + index),
      });
    }
  }
  return list;
}

/** Looks like a UUID; the same trade always has the same one. */
function executionId(key: number, minute: number, index: number): string {
  const part = (salt: number) =>
    hashOf(key, minute, index * 8 + salt)
      .toString(16)
      .padStart(8, "0");
  const [a, b, c, d] = [part(0), part(1), part(2), part(3)];
  return `${a}-${b.slice(0, 4)}-5${b.slice(5)}-a${c.slice(5)}-${c.slice(0, 4)}${d}`;
}
