import { hasOwn } from "../../format/has-own.ts";
/** The timeframes of rules and ratings, shortest first. */
export const TIMEFRAMES = ["1m", "5m", "30m", "4h"] as const;

/** Rules and inputs whose names are abbreviations, or need more words. */
const NAMES: Readonly<Record<string, string>> = {
  rsi: "RSI",
  ao: "Awesome oscillator",
  macd: "MACD",
  cci: "CCI",
  adx: "ADX",
  williams_r: "Williams %R",
  cmf: "Chaikin money flow",
  obv: "On-balance volume",
  vwap: "VWAP",
  cvd: "Cumulative volume delta",
  candles_1m: "Candles, 1 min",
  candles_5m: "Candles, 5 min",
  candles_30m: "Candles, 30 min",
  candles_4h: "Candles, 4 h",
};

/** The name of a rule or an input for people: "order_flow_imbalance" becomes "Order flow imbalance". */
export function nameInWords(name: string): string {
  const known = hasOwn(NAMES, name) ? NAMES[name] : undefined;
  const words = name.replaceAll("_", " ");
  return known ?? words.charAt(0).toUpperCase() + words.slice(1);
}
