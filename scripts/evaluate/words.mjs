// Names and figures as the report says them.

/** @typedef {import("@pulseboard/history").Estimate} Estimate */
/** @typedef {import("@pulseboard/history").Claim} Claim */

/** @type {Readonly<Record<string, string>>} */
const NAMES = {
  score: "score",
  score_now: "score of now, before the average",
  technical: "component technical",
  volume: "component volume",
  price_structure: "component price structure",
  outlook: "outlook (reversion against the market)",
  momentum_1h: "momentum of 1 h",
  momentum_24h: "momentum of 24 h",
  technical_rating: "technical rating, 30m",
  score_65: "score of 65 and more",
  score_35: "score of 35 and less",
  relative_70: "relative score of 70 and more",
  relative_30: "relative score of 30 and less",
  score_now_65: "score of now of 65 and more",
  score_now_35: "score of now of 35 and less",
};

/** @param {string} name of a figure */
export function nameOf(name) {
  return NAMES[name] ?? name;
}

/** "1 h". @param {string} horizon */
export function hoursOf(horizon) {
  return horizon.replace("h", " h");
}

/** "1,234". @param {number} value */
export function count(value) {
  return value.toLocaleString("en-US");
}

/** "47.6 % [46.5, 48.7]". @param {Estimate | null | undefined} estimate of a share */
export function shareText(estimate) {
  return withInterval(estimate, (value) => (100 * value).toFixed(1), " %");
}

/** "-0.014 [-0.034, +0.006]". @param {Pick<Estimate, "ratio" | "low" | "high"> | null | undefined} estimate */
export function correlationText(estimate) {
  return withInterval(estimate, (value) => signed(value, 3), "");
}

/** In basis points. @param {Estimate | null | undefined} estimate of a log return */
export function basisPointsText(estimate) {
  return withInterval(estimate, (value) => signed(10_000 * value, 1), " bp");
}

/**
 * @param {Pick<Estimate, "ratio" | "low" | "high"> | null | undefined} estimate @param {(value: number) => string} text
 * @param {string} unit
 */
function withInterval(estimate, text, unit) {
  if (estimate === null || estimate === undefined) {
    return "none";
  }
  const { ratio, low, high } = estimate;
  const interval = low === null || high === null ? "no interval" : `[${text(low)}, ${text(high)}]`;
  return `${text(ratio)}${unit} ${interval}`;
}

/** @param {Claim} claim @param {string} above @param {string} below what it says on each side */
export function claimText(claim, above, below) {
  if (claim.kind === "collecting") {
    return `nothing said yet (day ${claim.day} of ${claim.of})`;
  }
  return claim.kind === "no_difference"
    ? "no difference shown"
    : `a difference: ${claim.side === "above" ? above : below}`;
}

/** @param {number} value @param {number} digits */
export function signed(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) > 0 ? `+${text}` : Number(text) === 0 ? text.replace("-", "") : text;
}

/** "10 Jun 2025, 00:00 UTC". @param {number} timeMs */
export function timeText(timeMs) {
  const date = new Date(timeMs);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}

/** "10 days 4 h". @param {number} ms */
export function spanText(ms) {
  const hours = Math.round(ms / 3_600_000);
  const days = Math.floor(hours / 24);
  return (
    [days === 0 ? "" : `${days} days`, hours % 24 === 0 ? "" : `${hours % 24} h`].filter(Boolean).join(" ") || "0 h"
  );
}

/** What is said of the score against another figure. @param {import("@pulseboard/history").CorrelationDifference | null} found */
export function comparisonText(found) {
  return found === null ? "nothing to compare" : claimText(found.claim, "better", "worse");
}
