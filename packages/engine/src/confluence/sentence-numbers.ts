/** From here on a number in a sentence has no decimals, and from there on only its power of ten: none is longer than 7 characters. */
const WHOLE_FROM = 100;
const POWER_FROM = 100_000;

/** Prices outside of these are written with their power of ten, so that none is longer than 12 characters. */
const PRICE = { from: 1e-6, to: 1e8, significantDigits: 5 };

/** A number as it appears in a sentence: rounded to `decimals` below 100, with a plus sign when `signed`. */
export function formatNumber(value: number, decimals = 0, signed = false): string {
  const size = Math.abs(value);
  const rounded = size < POWER_FROM ? value.toFixed(size < WHOLE_FROM ? decimals : 0) : value.toExponential(0);
  // -0.00 is written 0.00.
  const text = Number(rounded) === 0 ? (0).toFixed(decimals) : rounded;
  return signed && Number(rounded) > 0 ? `+${text}` : text;
}

/** A duration in a sentence: "7.5", and "15" rather than "15.0". */
export function formatDuration(value: number): string {
  return String(Number(formatNumber(value, 1)));
}

/** A price in a sentence, to five significant digits: "61,240", "0.081230". */
export function formatPrice(usd: number): string {
  if (usd < PRICE.from || usd >= PRICE.to) {
    return usd.toExponential(PRICE.significantDigits - 1);
  }
  const decimals = Math.max(0, PRICE.significantDigits - 1 - Math.floor(Math.log10(usd)));
  const [whole = "", fraction] = usd.toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/**
 * A score as it is shown, with one decimal: documents have two, of which readers see one, so it is rounded twice, half up as
 * number formats do.
 */
export function shownScore(score: number): string {
  return (Math.round(Math.round(100 * score) / 10) / 10).toFixed(1);
}
