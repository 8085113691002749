import { btcRealisedVolatility } from "@pulseboard/engine";
import type { MissingReason } from "@pulseboard/snapshot";
import type { BitcoinVolatility, MarketState, RefreshInput } from "./market-state.ts";
import { round } from "./rounding.ts";
import { STILL_TRUE_MS } from "./section.ts";

/** Computed from the candles of this refresh; until they are collected, carried over from the state before. */
export function nextBitcoinVolatility(
  { symbols, asOfMs }: RefreshInput,
  before: MarketState | null,
): BitcoinVolatility {
  const unknown = (reason: MissingReason): BitcoinVolatility => ({
    annualisedPercent: null,
    dailyPercent: null,
    reason,
  });
  if (symbols === null) {
    const isCarriedOver = before !== null && asOfMs - before.asOfMs <= STILL_TRUE_MS;
    return isCarriedOver ? before.bitcoinVolatility : unknown("warming_up");
  }
  const candles = symbols.inputs.get("BTCUSDT")?.candles["30m"];
  if (candles === undefined || !candles.known) {
    return unknown(candles?.reason ?? "not_provided");
  }
  if (asOfMs - candles.asOfMs > STILL_TRUE_MS) {
    return unknown("stale_input");
  }
  const volatility = btcRealisedVolatility(candles.value);
  return volatility === null
    ? unknown("too_short")
    : {
        annualisedPercent: round(volatility.annualisedPercent, 4),
        dailyPercent: round(volatility.dailyPercent, 4),
        reason: null,
      };
}
