import { btcRealisedVolatility } from "@pulseboard/engine";
import type { MissingReason } from "@pulseboard/snapshot";
import { STILL_TRUE_MS } from "./part.ts";
import type { Findings, Picture } from "./picture.ts";
import { roundOrNull } from "./rounding.ts";

/** Figures about BTC that need its candles, %. */
export interface BitcoinVolatility {
  readonly annualisedPercent: number | null;
  readonly dailyPercent: number | null;
  readonly reason: MissingReason | null;
}

/** From the candles of this refresh, or, until they are collected, that of the picture before. */
export function nextBitcoinVolatility({ symbols, asOfMs }: Findings, before: Picture | null): BitcoinVolatility {
  const unknown = (reason: MissingReason): BitcoinVolatility => ({
    annualisedPercent: null,
    dailyPercent: null,
    reason,
  });
  if (symbols === null) {
    const isKept = before !== null && asOfMs - before.asOfMs <= STILL_TRUE_MS;
    return isKept ? before.bitcoinVolatility : unknown("warming_up");
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
        annualisedPercent: roundOrNull(volatility.annualisedPercent, 4),
        dailyPercent: roundOrNull(volatility.dailyPercent, 4),
        reason: null,
      };
}
