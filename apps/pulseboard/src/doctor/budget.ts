import { EXCHANGE_DURATIONS, requestLimitOf, requestsPerSymbol } from "@pulseboard/exchange";
import { MAX_SYMBOL_COUNT } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import type { Configured } from "./configuration.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { duration } from "./words.ts";

/** Tickers, and now and then the list of instruments. */
const REQUESTS_OF_MARKET = 2;
/** What is left for retries and for other programs that use this address. */
const TIGHT = 0.85;

/** Whether the refreshes that the configuration asks for fit into the share of the exchange's limit. Asks nobody. */
export function judgeBudget({ config, periodMs }: Configured): readonly Check[] {
  const { symbolCount, requestBudgetShare } = config;
  const perPeriod = (requestLimitOf(requestBudgetShare) * periodMs) / EXCHANGE_DURATIONS.limitWindowMs;
  const { average, most } = requestsPerSymbol(periodMs);
  const needed = REQUESTS_OF_MARKET + symbolCount * average;
  const used = needed / perPeriod;
  const largest = Math.min(MAX_SYMBOL_COUNT, Math.floor((TIGHT * perPeriod - REQUESTS_OF_MARKET) / average));
  const seen =
    `${Math.ceil(needed)} requests in a period of ${duration(periodMs)}, ${Math.round(used * 100)} % of ${Math.floor(perPeriod)} ` +
    `(${symbolCount} symbols, REQUEST_BUDGET_SHARE ${requestBudgetShare}); up to ${largest} symbols fit`;
  const cure = `Lower SYMBOL_COUNT to ${Math.max(1, largest)}, refresh less often, or raise REQUEST_BUDGET_SHARE.`;
  const busiest = REQUESTS_OF_MARKET + symbolCount * most;
  const takes = duration((busiest / requestLimitOf(requestBudgetShare)) * EXCHANGE_DURATIONS.limitWindowMs);
  const fullest = ok("fullest refresh", `${busiest} requests, ${takes} at most`);
  if (used > 1 || largest < 1) {
    return [failed("requests", { seen, cure }), fullest];
  }
  return [used > TIGHT ? warning("requests", { seen, cure }) : ok("requests", seen), fullest];
}
