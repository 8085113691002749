/** The method's rules on the candles of one timeframe, written again from docs/methodology.md. */
import {
  deviation,
  ema,
  item,
  mean,
  newest,
  type OwnCandles,
  ownCandles,
  pairs,
  smoothed,
  smoothstep,
  squash,
  total,
} from "./own-indicators.mts";
import type { Expected } from "./rule-readings.mts";

type CandleRule = (candles: OwnCandles) => Expected;

/** The component and the rule. */
type RuleName = readonly [component: "technical" | "volume" | "price_structure", rule: string];

export const CANDLE_RULES: readonly (readonly [...RuleName, CandleRule])[] = [
  ["technical", "rsi", rsi],
  ["technical", "ao", awesome],
  ["technical", "macd", macd],
  ["technical", "cci", cci],
  ["technical", "adx", adx],
  ["technical", "williams_r", williams],
  ["volume", "cmf", moneyFlow],
  ["volume", "obv", onBalance],
  ["volume", "chaikin_oscillator", chaikin],
  ["volume", "relative_volume", relativeVolume],
  ["price_structure", "trend_position", trend],
  ["price_structure", "range_position", range],
];

function rsi({ close, softening }: OwnCandles): Expected {
  const changes = pairs(close).map(([before, now]) => now - before);
  const gain = newest(
    smoothed(
      changes.map((change) => Math.max(0, change)),
      14,
      1 / 14,
    ),
  );
  const loss = newest(
    smoothed(
      changes.map((change) => Math.max(0, -change)),
      14,
      1 / 14,
    ),
  );
  const value = 50 + (50 * (gain - loss)) / (gain + loss + softening);
  // Momentum first, exhaustion at the extremes; mirrored below 50.
  const corners = [0, 20, 35, 50];
  const heights = [0, 1, 0, -0.5];
  const away = Math.abs(value - 50);
  const leg = away <= 20 ? 0 : away <= 35 ? 1 : 2;
  const [from, to] = [item(corners, leg), item(corners, leg + 1)];
  const height = item(heights, leg) + ((item(heights, leg + 1) - item(heights, leg)) * (away - from)) / (to - from);
  return { signal: Math.sign(value - 50) * height, figures: { rsi: value } };
}

function awesome({ high, low, atr }: OwnCandles): Expected {
  const median = high.map((value, index) => (value + item(low, index)) / 2);
  const ao = (mean(median.slice(-5)) - mean(median.slice(-34))) / atr;
  return { signal: squash(ao, 1.5), figures: { ao } };
}

function macd({ close, atr }: OwnCandles): Expected {
  const slow = ema(close, 26);
  const fast = ema(close, 12).slice(-slow.length);
  const line = slow.map((value, index) => item(fast, index) - value);
  const histogram = (newest(line) - newest(ema(line, 9))) / atr;
  return { signal: squash(histogram, 0.5), figures: { histogram } };
}

function cci({ typical, softening }: OwnCandles): Expected {
  const recent = typical.slice(-20);
  const centre = mean(recent);
  const away = mean(recent.map((value) => Math.abs(value - centre)));
  const value = (newest(recent) - centre) / (0.015 * (away + softening));
  return { signal: squash(value, 150), figures: { cci: value } };
}

/** With the difference of a candle's two moves, instead of the larger one. */
function adx({ high, low, softening }: OwnCandles): Expected {
  const up = pairs(high).map(([before, now]) => Math.max(0, now - before));
  const moves = pairs(low).map(([before, now], index) => item(up, index) - Math.max(0, before - now));
  const plus = smoothed(
    moves.map((move) => Math.max(0, move)),
    14,
    1 / 14,
  );
  const minus = smoothed(
    moves.map((move) => Math.max(0, -move)),
    14,
    1 / 14,
  );
  const balance = plus.map((value, index) => (value - item(minus, index)) / (value + item(minus, index) + softening));
  const strength = newest(
    smoothed(
      balance.map((value) => 100 * Math.abs(value)),
      14,
      1 / 14,
    ),
  );
  const direction = newest(balance);
  return {
    signal: direction * smoothstep(strength, 15, 40),
    figures: { adx: strength, di_balance: direction },
  };
}

function williams({ high, low, close, softening }: OwnCandles): Expected {
  const [top, bottom] = [Math.max(...high.slice(-14)), Math.min(...low.slice(-14))];
  const value = (50 * (2 * newest(close) - top - bottom)) / (top - bottom + softening) - 50;
  return { signal: (value + 50) / 50, figures: { williams_r: value } };
}

function flows({ high, low, close, volume, softening }: OwnCandles): readonly number[] {
  return close.map((value, index) => {
    const [top, bottom] = [item(high, index), item(low, index)];
    return top === bottom ? 0 : ((2 * value - top - bottom) / (top - bottom + softening)) * item(volume, index);
  });
}

function moneyFlow(candles: OwnCandles): Expected {
  const cmf = total(flows(candles).slice(-20)) / total(candles.volume.slice(-20));
  return { signal: squash(cmf, 0.2), figures: { cmf } };
}

function onBalance({ close, volume, atr }: OwnCandles): Expected {
  const recent = volume.slice(-20);
  const signed = pairs(close.slice(-21)).map(
    ([before, now], index) => item(recent, index) * squash(now - before, 0.1 * atr),
  );
  const share = total(signed) / total(recent);
  return { signal: squash(share, 0.4), figures: { signed_volume_share: share } };
}

function chaikin(candles: OwnCandles): Expected {
  let sum = 0;
  const line = flows(candles).map((flow) => {
    sum += flow;
    return sum;
  });
  const usual = total(candles.volume.slice(-10)) > 0 ? newest(ema(candles.volume, 10)) : Number.NaN;
  const value = (newest(ema(line, 3)) - newest(ema(line, 10))) / usual;
  return { signal: squash(value, 2), figures: { oscillator_to_volume: value } };
}

/** Price differences over so many candles, relative to how far they usually go in the last 500. */
function moveOf({ close, softening }: OwnCandles, span: number): number {
  const recent = close.slice(-500);
  const moves = recent.slice(span).map((value, index) => value - item(recent, index));
  return newest(moves) / (deviation(moves) + softening);
}

function relativeVolume(candles: OwnCandles): Expected {
  const move = moveOf(candles, 3);
  const ratio = mean(candles.volume.slice(-3)) / newest(ema(candles.volume, 30));
  return { signal: squash(move, 1) * smoothstep(ratio, 1, 3), figures: { relative_volume: ratio, move } };
}

function trend({ close, atr }: OwnCandles): Expected {
  const price = newest(close);
  const averages = [10, 20, 50, 100, 200]
    .filter((period) => close.length >= 3 * period)
    .map((period) => ({ period, value: newest(ema(close, period)) }));
  const positions = averages.map(({ period, value }) => squash(price - value, atr * Math.sqrt(period)));
  const orders = averages
    .slice(1)
    .map(({ period, value }, index) =>
      squash((averages[index]?.value ?? Number.NaN) - value, 0.5 * atr * Math.sqrt(period)),
    );
  return {
    signal: mean([...positions, ...orders]),
    figures: Object.fromEntries(averages.map(({ period, value }) => [`above_ema_${period}`, (price - value) / atr])),
  };
}

function range({ high, low, close, softening }: OwnCandles): Expected {
  const [top, bottom] = [Math.max(...high.slice(-50)), Math.min(...low.slice(-50))];
  const position = (2 * newest(close) - top - bottom) / (top - bottom + softening);
  return { signal: squash(position, 0.8), figures: { range_position: 50 + 50 * position } };
}

const LEAST_CANDLES = 60;

/** Null where there are too few candles, or none that moved. */
export function usableCandles(rows: readonly (readonly number[])[]): OwnCandles | null {
  const candles = ownCandles(rows);
  const isFlat = Math.max(...candles.high.slice(-LEAST_CANDLES)) === Math.min(...candles.low.slice(-LEAST_CANDLES));
  return rows.length < LEAST_CANDLES || isFlat || !(candles.atr > 0) ? null : candles;
}
