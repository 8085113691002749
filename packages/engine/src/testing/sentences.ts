import type { Figure, SymbolAnalysis } from "../domain/symbol-analysis.ts";

/** A sentence's numbers without those in its name ("RSI 14"), its timeframe and its unit ("per 8 h"). */
export interface Said {
  /** "technical.rsi.5m". */
  readonly path: string;
  readonly text: string;
  readonly figures: readonly Figure[];
}

/** Everything that rules say with figures of their own: one entry a rule, or one a timeframe. */
export function readingsOf({ components }: SymbolAnalysis, labelOf: (rule: string) => string): readonly Said[] {
  return components.flatMap(({ component, rules }) =>
    rules.flatMap((rule) => {
      const readings = rule.timeframes.length > 0 ? rule.timeframes : [{ ...rule, timeframe: null }];
      return readings.flatMap(({ sentence, figures, timeframe }) => {
        if (sentence === null) {
          return [];
        }
        const path = `${component}.${rule.rule}${timeframe === null ? "" : `.${timeframe}`}`;
        const end = timeframe === null ? "." : ` on ${timeframe}.`;
        return [{ path, text: sentence.slice(labelOf(rule.rule).length, -end.length), figures }];
      });
    }),
  );
}

export const NUMBER = /[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d+)?/;
/** A number with its unit; "bp per 8 h" is one. */
const QUANTITY = new RegExp(`(${NUMBER.source})(?: (%|ATR|deviations|bp(?: per 8 h)?|min|h|candles?)(?![a-z]))?`, "g");

/** The numbers of a text that are no figure, rounded as written and in the same unit. */
export function unfounded({ text, figures }: Pick<Said, "text" | "figures">): readonly string[] {
  return [...text.matchAll(QUANTITY)].flatMap(([whole, number = "", unit]) =>
    figures.some((figure) => isUnit(figure.unit, unit) && isRounded(figure.value, number)) ? [] : [whole],
  );
}

function isUnit(unit: string, said: string | undefined): boolean {
  // "7.5 of the last 15 min" says the unit once, and prices are said without one.
  return said === undefined
    ? ["", "USD", "min"].includes(unit)
    : unit === said.replace(/^candle$/, "candles").replace(" per 8 h", "");
}

/** True when `written` is `value` rounded to the digits that it has. */
export function isRounded(value: number, written: string): boolean {
  const [mantissa = "", exponent = "0"] = written.replaceAll(",", "").split("e");
  const decimals = mantissa.split(".")[1]?.length ?? 0;
  return Math.abs(value - Number(`${mantissa}e${exponent}`)) <= 0.5000001 * 10 ** (Number(exponent) - decimals);
}

const WIDEST_NUMBER = "-1e+308";
const WIDEST_PRICE = "0.0000012345";
/** Of shares of a whole, windows, ages within them, and counts of candles and values: 99.9, 17.5, 1000. */
const WIDEST_BOUNDED = "99.9";

/** The text with each of its numbers at the widest that the formats of sentences can give. */
export function widened(text: string): string {
  return text.replace(QUANTITY, (_whole, number: string, unit: string | undefined, offset: number) => {
    const isPrice = unit === undefined && /(?:at|through|from|to) $/.test(text.slice(0, offset));
    const isBounded = !/^[+-]/.test(number) && !["ATR", "deviations", "bp", "bp per 8 h"].includes(unit ?? "");
    return `${isPrice ? WIDEST_PRICE : isBounded ? WIDEST_BOUNDED : WIDEST_NUMBER}${unit === undefined ? "" : ` ${unit}`}`;
  });
}
