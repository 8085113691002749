import { formatSteps } from "../market/contract.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../market/time.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { trimmed } from "./format.ts";
import {
  categoryOf,
  limitOf,
  RequestRejected,
  rejectParameter,
  type SimulatedRequest,
  symbolMarketOf,
  timeOf,
} from "./request.ts";

const PERIODS_MS: Readonly<Record<string, number>> = {
  "5min": 5 * MINUTE_MS,
  "15min": 15 * MINUTE_MS,
  "30min": 30 * MINUTE_MS,
  "1h": HOUR_MS,
  "4h": 4 * HOUR_MS,
  "1d": DAY_MS,
};

/** `/v5/market/open-interest`: both sides (and one side beside it), newest first. */
export function openInterest(request: SimulatedRequest) {
  const { contract, positioning } = symbolMarketOf(request);
  const category = categoryOf(request.query);
  const times = timesOf(request, "intervalTime", contract.launchTimeMs, 200);
  const list = times.map((timeMs) => {
    const steps = positioning.openInterest(timeMs);
    return {
      openInterest: (steps * contract.quantityStep.size).toFixed(8),
      singleOpenInterest: formatSteps(steps / 2, contract.quantityStep),
      timestamp: String(timeMs),
    };
  });
  return { symbol: contract.symbol, category, list, nextPageCursor: cursorAfter(times, contract.symbolId) };
}

/** `/v5/market/account-ratio`: shares of accounts that are long and short, newest first; USDT contracts only. */
export function accountRatio(request: SimulatedRequest) {
  const { contract, positioning } = symbolMarketOf(request);
  categoryOf(request.query);
  if (contract.quoteCoin !== "USDT" || contract.contractType !== "LinearPerpetual") {
    throw new RequestRejected(10001, "Not supported symbols");
  }
  const times = timesOf(request, "period", contract.launchTimeMs, 500);
  const list = times.map((timeMs) => {
    const buyRatio = positioning.buyRatio(timeMs);
    return {
      symbol: contract.symbol,
      buyRatio: trimmed(buyRatio, 4),
      sellRatio: trimmed(1 - buyRatio, 4),
      timestamp: String(timeMs),
    };
  });
  return { list, nextPageCursor: cursorAfter(times, 0) };
}

/** The requested moments, newest first: whole multiples of the period, within startTime and endTime. */
function timesOf(request: SimulatedRequest, periodName: string, launchTimeMs: number, maximum: number): number[] {
  const { query, visibleMs } = request;
  const periodMs = PERIODS_MS[query.get(periodName) ?? ""];
  if (periodMs === undefined) {
    throw rejectParameter(`${periodName} invalid`);
  }
  const limit = limitOf(query, 50, maximum);
  const cursorSeconds = decodeCursor(query.get("cursor")).get("lasttime");
  const before = cursorSeconds === null ? Infinity : Number(cursorSeconds) * 1000 - 1;
  const newest = Math.min(visibleMs, timeOf(query, "endTime") ?? Infinity, before);
  const oldest = Math.max(launchTimeMs, timeOf(query, "startTime") ?? 0);
  const times: number[] = [];
  for (let timeMs = Math.floor(newest / periodMs) * periodMs; timeMs >= oldest && times.length < limit; ) {
    times.push(timeMs);
    timeMs -= periodMs;
  }
  return times;
}

/** The exchange gives a cursor also with the last page; the page after that is empty and has none. */
function cursorAfter(times: readonly number[], lastId: number): string {
  const last = times.at(-1);
  return last === undefined ? "" : encodeCursor({ lastid: String(lastId), lasttime: String(last / 1000) });
}
