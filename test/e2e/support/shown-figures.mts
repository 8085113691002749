import type { Page } from "playwright-core";
import { formats } from "../../../apps/mobile/src/format/formats.ts";

/** A figure on the page. */
export interface ShownFigure {
  /** Dotted path of the field in the API's answer; a list's entry goes by its symbol: "confluence_scores.BTCUSDT.score". */
  readonly path: string;
  readonly text: string;
}

/** Every figure of the open view, also in folded parts. */
export async function shownFigures(page: Page): Promise<readonly ShownFigure[]> {
  return page.evaluate(`[...document.querySelectorAll("main [data-figure]")].map((element) => {
    const symbol = element.closest("[data-symbol]")?.dataset.symbol;
    const list = element.closest("[data-list]")?.dataset.list ?? "confluence_scores";
    const { figure } = element.dataset;
    return { path: symbol === undefined ? figure : [list, symbol, figure].join("."), text: element.textContent.trim() };
  })`);
}

const bySharing = (fraction: number) => formats.share(fraction);
const signed = (decimals: number) => (value: number) => formats.signedNumber(value, decimals);

/** How each field is written, by the end of its path. */
const WRITTEN: readonly (readonly [end: RegExp, write: (value: number) => string])[] = [
  [/\.(btc_price|price|high_24h|low_24h)$/, formats.price],
  [/\.figures\.(support|resistance)\.value$/, formats.price],
  [/\.(change_24h|market_cap_change_24h|average_change|own_move_24h)$/, formats.signedPercent],
  [/\.(beta|correlation)(_btc)?$/, (value) => formats.number(value)],
  [/\.(volume_24h|total_volume_24h|total_market_cap|open_interest)$/, formats.usd],
  [/\.funding_rate(_btc)?$/, (fraction) => formats.signedPercent(fraction * 100, 4)],
  [/\.basis_pct$/, (percent) => formats.signedPercent(percent, 3)],
  [/\.funding_zscore$/, signed(2)],
  [/\.ls_entropy$/, (value) => formats.number(value, 3)],
  [/\.(up|down|flat|contract_count|fear_greed_value)$/, formats.count],
  [/(^|\.)score(_now)?$|\.relative$|\.trend_strength$/, formats.score],
  [/\.change_5m$/, (percent) => formats.signedPercent(percent, 1)],
  [/\.reliability$|^reliability_factors\.|\.weight$|\.dex_share$/, bySharing],
  [/\.signal$|^technical_rating\./, signed(2)],
  [/\.contribution$|^weighted_signal(_now)?$/, signed(3)],
  [/(_dominance|_dispersion|_volatility|_pct|_percentage)$/, formats.percent],
];

/** The API's names that the page says in words of its own. */
const BREADTH_WORDS: Readonly<Record<string, string>> = {
  bullish: "most rise",
  bearish: "most fall",
  neutral: "mixed",
};

/** Where a fraction of the API is shown in percent. */
const TIMES_100 = /\.reliability$|^reliability_factors\.|\.weight$|\.dex_share$|\.funding_rate(_btc)?$/;

/**
 * The wrong figures, one line each: not the API's value in the page's way of writing it, or, read back without
 * that, not the value as closely as its last figure allows.
 *
 * @param bodies - Answers of the API; a figure is looked for in each, in order.
 */
export function wrongFigures(figures: readonly ShownFigure[], bodies: readonly unknown[]): readonly string[] {
  return figures.flatMap(({ path, text }) => {
    const found = bodies.map((body) => valueAt(body, path)).find((value) => value !== undefined);
    const problem = problemOf(path, text, found, bodies);
    return problem === null ? [] : [`${path} shows "${text}": ${problem}`];
  });
}

function problemOf(path: string, text: string, value: unknown, bodies: readonly unknown[]): string | null {
  if (value === undefined) {
    return "the API has no such field";
  }
  if (value === null || value === "UNKNOWN") {
    return /unknown/.test(text) ? null : "it is unknown";
  }
  // A rule without a signal contributes 0, which would look like an opinion.
  const signal = bodies
    .map((body) => valueAt(body, path.replace(/contribution$/, "signal")))
    .find((each) => each !== undefined);
  if (path.endsWith(".contribution") && signal === null) {
    return text === "none" ? null : "there is no signal";
  }
  if (typeof value === "string") {
    const said = path === "market_breadth.sentiment" ? BREADTH_WORDS[value] : value;
    return said !== undefined && text.includes(said) ? null : `it is "${value}"`;
  }
  if (typeof value !== "number") {
    return `it is ${JSON.stringify(value)}`;
  }
  const write = WRITTEN.find(([end]) => end.test(path))?.[1];
  if (write === undefined) {
    return "no test knows how it is written";
  }
  if (text !== write(value)) {
    return `${value} is written ${write(value)}`;
  }
  const readBack = readNumber(text);
  const expected = TIMES_100.test(path) ? value * 100 : value;
  return Math.abs(readBack.value - expected) <= readBack.precision
    ? null
    : `read back it is ${readBack.value}, not ${expected}`;
}

/** The value at a dotted path; a list's entry goes by its symbol, a rule's figure by its name. */
function valueAt(body: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((within, name) => {
    if (Array.isArray(within)) {
      return within.find((entry) => (entry.symbol ?? entry.name) === name);
    }
    return typeof within === "object" && within !== null ? (within as Record<string, unknown>)[name] : undefined;
  }, body);
}

const MAGNITUDES: Readonly<Record<string, number>> = { "": 1, K: 1e3, M: 1e6, B: 1e9, T: 1e12 };

/** A number as an English reader understands it, and how far the true one may be off: just above half of the last digit. */
function readNumber(text: string): { readonly value: number; readonly precision: number } {
  const [, sign, digits = "", decimals = "", magnitude = ""] =
    /^([-+]?)\$?([\d,]+)(?:\.(\d+))?([KMBT]?)%?$/.exec(text) ?? [];
  const factor = (sign === "-" ? -1 : 1) * (MAGNITUDES[magnitude] ?? Number.NaN);
  const value = Number(`${digits.replaceAll(",", "")}.${decimals}`) * factor;
  return { value, precision: 0.500001 * Math.abs(factor) * 10 ** -decimals.length };
}
