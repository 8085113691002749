import type { Figure } from "../domain/symbol-analysis.ts";
import { isRounded, NUMBER, type Said } from "./sentences.ts";

const WINDOWS = [
  "the last {covered} min",
  "{covered} of the last {window} min",
  "the {covered} min to {window_end_age} min ago",
  "{covered} of the {window} min to {window_end_age} min ago",
];
const DEPTH = ["Bids are {bid_share} % of the depth to {reach} ATR, with weights that fall over {scale} ATR"];
const BEST_LEVEL = "Bids are {bid_share} % of the quantity on the best level of each side";
const AGES = ["{age} candles ago", "{age} candle ago", "on the last close"];
const KINDS = ["continuation", "change of character", "the first known"];
const ZONES = ["{zones_below} below", "{zones_below} below from {nearest_below}"].flatMap((below) =>
  ["{zones_above} above", "{zones_above} above from {nearest_above}"].map((above) => ` ${below} and ${above}`),
);

/** What a rule can say after its name, and which of its figures stands where. */
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  rsi: [" {rsi}"],
  ao: [" {ao} ATR"],
  macd: [" {histogram} ATR"],
  cci: [" {cci}"],
  adx: [" {adx} with direction {di_balance}"],
  williams_r: [" {williams_r}"],
  volume_delta: WINDOWS.map((window) => `Takers bought {taker_buy_share} % in ${window}`),
  cmf: [" {cmf}"],
  obv: [" {signed_volume_share}"],
  chaikin_oscillator: [" {oscillator_to_volume}"],
  relative_volume: [" {relative_volume} times its average on a move of {move} deviations"],
  vwap: ["The price is {distance} deviations from the VWAP of {window} h at {vwap}"],
  volume_profile: ["{volume_below} % of the volume of {window} h lies below the price"],
  cvd: WINDOWS.map((window) => `Buyers took {taker_buy_share} % in ${window}`),
  trade_flow: WINDOWS.map((window) => `By recent quantity, buyers took {recent_taker_buy_share} % in ${window}`),
  open_interest: [
    "Price moved {move_1h} deviations in {move_span} min, open interest {open_interest_change_1h} % in {open_interest_span} min",
  ],
  large_trades: WINDOWS.map((window) => `By squared size, buyers took {large_taker_buy_share} % in ${window}`),
  imbalance: WINDOWS.map((window) => `By recent count, buyers made {recent_buy_count_share} % in ${window}`),
  pressure: WINDOWS.map(
    (window) => `On {taker_buy_share} % bought, price rose {moved_up} ATR and fell {moved_down} ATR in ${window}`,
  ),
  depth_near: DEPTH,
  depth_far: DEPTH,
  top_of_book: ["Bids are {bid_share} % of the quantity on the best {levels} levels of each side", BEST_LEVEL],
  microprice: [BEST_LEVEL],
  funding_rate: [
    "Funding of {funding_rate_8h} bp per 8 h is {z_score} deviations from the mean of {settlements} settlements",
  ],
  long_short_ratio: [
    "{long_share} % of accounts are long, {z_score} deviations from the mean of {values} hourly values",
  ],
  basis: ["The mark price is {basis} bp from its index"],
  liquidations: [
    "{short_share_of_liquidations} % of what was liquidated were shorts, with a weight that halves every {half_life} h",
  ],
  trend_position: [" above {averages_below} of {averages} moving averages"],
  structure_breaks: ["up", "down"].flatMap((way) =>
    AGES.flatMap((age) => KINDS.map((kind) => ` ${way} through {broken_level} ${age} (${kind})`)),
  ),
  order_blocks: ZONES,
  fair_value_gaps: ZONES,
  range_position: [" {range_position} % of its range of {range_length} candles, {range_low} to {range_high},"],
  support_resistance: [
    " at {support}, {support_below} ATR below, resistance at {resistance}, {resistance_above} ATR above",
  ],
};

/** True when a rule says one of its templates, with each number being that very figure, rounded as written. */
export function saysItsFigures({ path, text, figures }: Said): boolean {
  const rule = path.split(".")[1] ?? "";
  if (rule === "structure_breaks" && !isThatBreak(text, figures)) {
    return false;
  }
  return (TEMPLATES[rule] ?? []).some((template) => {
    const parts = template.split(/\{(\w+)\}/);
    const words = parts.map((part, index) => (index % 2 === 1 ? `(${NUMBER.source})` : escaped(part)));
    const numbers = new RegExp(`^${words.join("")}$`).exec(text)?.slice(1);
    const names = parts.filter((_, index) => index % 2 === 1);
    return numbers?.every((number, index) => isRounded(figureOf(figures, names[index] ?? ""), number)) ?? false;
  });
}

/** The words about a break: its way, and that it turned the trend only where it did. */
function isThatBreak(text: string, figures: readonly Figure[]): boolean {
  const way = figureOf(figures, "direction") > 0 ? " up " : " down ";
  return text.startsWith(way) && text.includes("change of character") === (figureOf(figures, "strength") === 1);
}

function escaped(words: string): string {
  return words.replace(/[()%.,]/g, "\\$&");
}

function figureOf(figures: readonly Figure[], name: string): number {
  return figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
}
