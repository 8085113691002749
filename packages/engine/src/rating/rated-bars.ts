import type { Candles } from "../domain/market-data.ts";
import type { HighLowCloseVolume } from "../indicators/columns.ts";
import { createScratch } from "../indicators/scratch.ts";
import { RATING } from "./rating-constants.ts";

const [highs, lows, closes, volumes] = [createScratch(), createScratch(), createScratch(), createScratch()];

/** The bars that the public rating uses: the last 250 with trades. They are overwritten by the next call. */
export function ratedBars({ high, low, close, volumeBase }: Candles): HighLowCloseVolume {
  let count = 0;
  let first = volumeBase.length;
  while (first > 0 && count < RATING.all.ratedBars) {
    first--;
    count += (volumeBase[first] ?? 0) > 0 ? 1 : 0;
  }
  const bars = { high: highs(count), low: lows(count), close: closes(count), volumeBase: volumes(count) };
  let kept = 0;
  for (let i = first; kept < count; i++) {
    const volume = volumeBase[i] ?? 0;
    if (volume > 0) {
      bars.high[kept] = high[i] ?? Number.NaN;
      bars.low[kept] = low[i] ?? Number.NaN;
      bars.close[kept] = close[i] ?? Number.NaN;
      bars.volumeBase[kept] = volume;
      kept++;
    }
  }
  return bars;
}
