import { HOUR_MS } from "../market/time.ts";
import { trimmed } from "./format.ts";
import { nextSettlementMs } from "./funding-schedule.ts";
import { categoryOf, limitOf, rejectParameter, type SimulatedRequest, symbolMarketOf, timeOf } from "./request.ts";

/** `/v5/market/funding/history`: settled rates, newest first; none for a dated future. */
export function fundingHistory(request: SimulatedRequest) {
  const { query, visibleMs } = request;
  const { contract, positioning } = symbolMarketOf(request);
  const category = categoryOf(query);
  const startMs = timeOf(query, "startTime");
  const endMs = timeOf(query, "endTime");
  if (startMs !== undefined && endMs === undefined) {
    throw rejectParameter("endTime is required with startTime");
  }
  const limit = limitOf(query, 200, 200);
  const hours = contract.fundingIntervalHours;
  const list: { symbol: string; fundingRate: string; fundingRateTimestamp: string }[] = [];
  if (hours === 0) {
    return { category, list };
  }
  const oldest = Math.max(contract.launchTimeMs + 1, startMs ?? 0);
  let timeMs = nextSettlementMs(hours, Math.min(visibleMs, endMs ?? Infinity)) - hours * HOUR_MS;
  while (timeMs >= oldest && list.length < limit) {
    list.push({
      symbol: contract.symbol,
      fundingRate: trimmed(positioning.fundingRate(timeMs), 8),
      fundingRateTimestamp: String(timeMs),
    });
    timeMs -= hours * HOUR_MS;
  }
  return { category, list };
}
