import { existsSync, statSync } from "node:fs";
import { HORIZONS, RECORD_METHOD } from "@pulseboard/history";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const UNITS = /** @type {const} */ ({ m: MINUTE_MS, h: HOUR_MS });
/** An average of the score holds for so long without a fold. */
const LONGEST_FOLD_MS = HOUR_MS;
/** With fewer symbols than the method asks for; below that no order is worth a name. */
export const FEW_SYMBOLS = 5;

/** @typedef {import("@pulseboard/history").Horizon} Horizon */
/**
 * @typedef {object} EvaluateOptions
 * @property {string} candles the folder
 * @property {number | null} fromMs @property {number | null} toMs
 * @property {number} everyMs @property {number} foldMs
 * @property {readonly Horizon[]} horizons shortest first
 * @property {number | null} minSymbols null: by the number of symbols in the folder
 */

/** An option that cannot be used; the message says why, and what can. */
export class OptionError extends Error {}

/**
 * @param {Partial<Record<"candles" | "from" | "to" | "every" | "horizons" | "fold" | "min-symbols", string>>} given
 * @returns {EvaluateOptions}
 * @throws {OptionError}
 */
export function evaluateOptions(given) {
  const { candles, every = "15m", fold = "1m", horizons = HORIZONS.join(",") } = given;
  if (candles === undefined) {
    throw new OptionError("--candles is missing: give the folder of recorded candles");
  }
  if (!existsSync(candles) || !statSync(candles).isDirectory()) {
    throw new OptionError(`--candles ${candles}: there is no such folder`);
  }
  const fromMs = given.from === undefined ? null : timeOf("from", given.from);
  const toMs = given.to === undefined ? null : timeOf("to", given.to);
  if (fromMs !== null && toMs !== null && fromMs > toMs) {
    throw new OptionError(`--from ${given.from} is after --to ${given.to}`);
  }
  const [everyMs, foldMs] = [durationOf("every", every), durationOf("fold", fold)];
  if (DAY_MS % everyMs !== 0) {
    throw new OptionError(`--every ${every} is not usable: it must divide a day`);
  }
  if (foldMs > LONGEST_FOLD_MS || everyMs % foldMs !== 0) {
    throw new OptionError(`--fold ${fold} is not usable: it must divide --every ${every}, and be at most 1h`);
  }
  return { candles, fromMs, toMs, everyMs, foldMs, horizons: horizonsOf(horizons), minSymbols: leastOf(given) };
}

/** @param {string} text @returns {readonly Horizon[]} */
function horizonsOf(text) {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !HORIZONS.some((horizon) => horizon === name));
  if (unknown !== undefined) {
    throw new OptionError(`--horizons ${text}: ${unknown || "nothing"} is none of ${HORIZONS.join(", ")}`);
  }
  return HORIZONS.filter((horizon) => names.includes(horizon));
}

/** @param {{ "min-symbols"?: string }} given */
function leastOf({ "min-symbols": text }) {
  if (text === undefined) {
    return null;
  }
  const value = Number(text);
  if (!Number.isInteger(value) || value < FEW_SYMBOLS) {
    throw new OptionError(
      `--min-symbols ${text} is not usable: give a whole number from ${FEW_SYMBOLS} on (usually ${RECORD_METHOD.minSymbols})`,
    );
  }
  return value;
}

/** @param {string} name @param {string} text "15m" */
function durationOf(name, text) {
  const [, count = "", unit] = /^(\d{1,4})([mh])$/.exec(text) ?? [];
  const ms = unit === "m" || unit === "h" ? Number(count) * UNITS[unit] : 0;
  if (ms === 0) {
    throw new OptionError(`--${name} ${text} is not usable: give minutes or hours, 15m or 1h`);
  }
  return ms;
}

/** A day is meant whole. @param {"from" | "to"} name @param {string} text */
function timeOf(name, text) {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/.test(text);
  const timeMs = isDay || isTime ? Date.parse(text) : Number.NaN;
  // A date that the calendar does not have is read as one of the next month.
  if (Number.isNaN(timeMs) || !new Date(timeMs).toISOString().startsWith(text.slice(0, 10))) {
    throw new OptionError(`--${name} ${text} is not usable: give a day of UTC, 2025-06-20, or 2025-06-20T12:00:00Z`);
  }
  return isDay && name === "to" ? timeMs + DAY_MS - 1 : timeMs;
}
