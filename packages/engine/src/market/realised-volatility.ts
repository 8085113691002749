import { resampleCandles } from "../candles/resample-candles.ts";
import type { Candles } from "../domain/market-data.ts";
import type { RealisedVolatility } from "../domain/market-figures.ts";

const HOUR_MS = 3_600_000;
const HOURLY_RETURNS = 168;
/** Crypto trades every hour of the year. */
const DAYS_PER_YEAR = 365;

/**
 * Realised volatility of the last 7 days from 1 h log returns: the root of their mean square, without subtracting the drift
 * (Andersen, Bollerslev, Diebold, Labys 2003), scaled to a day and to a year of 365 days.
 * Null unless the candles contain the last 168 hourly returns without a gap.
 *
 * @throws EngineInputError for candles that are unsorted, doubled or not finite, or with columns of different lengths
 */
export function btcRealisedVolatility(candles30m: Candles): RealisedVolatility | null {
  const hours = resampleCandles(candles30m, HOUR_MS);
  const count = hours.close.length;
  const firstClose = count - 1 - HOURLY_RETURNS;
  if (firstClose < 0) {
    return null;
  }
  let squares = 0;
  for (let i = firstClose + 1; i < count; i++) {
    const gapMs = (hours.openTimeMs[i] ?? Number.NaN) - (hours.openTimeMs[i - 1] ?? Number.NaN);
    const hourlyReturn = Math.log((hours.close[i] ?? Number.NaN) / (hours.close[i - 1] ?? Number.NaN));
    if (gapMs !== HOUR_MS || !Number.isFinite(hourlyReturn)) {
      return null;
    }
    squares += hourlyReturn ** 2;
  }
  const daily = Math.sqrt((squares / HOURLY_RETURNS) * 24);
  return { dailyPercent: daily * 100, annualisedPercent: daily * Math.sqrt(DAYS_PER_YEAR) * 100 };
}
