// The tables of docs/methodology.md, written from the records that the engine computes with.

/**
 * @typedef {typeof import("../../packages/engine/dist/method-records.js").METHOD_RECORDS} Records
 * @typedef {Readonly<Record<string, number | readonly number[]>>} Constants
 */

const MARKED = /(<!-- table: (\w+) -->\n).*?(<!-- end -->)/gs;

/**
 * The text with each marked place filled: `<!-- table: NAME -->` to `<!-- end -->`.
 * @param {string} text
 * @param {Records} records
 * @returns {string}
 * @throws where a place names no table, or a table has no place or two
 */
export function fillTables(text, records) {
  const tables = methodTables(records);
  const places = [...text.matchAll(MARKED)].map(([, , name]) => name ?? "");
  const unknown = places.filter((name) => !tables.has(name));
  const missing = [...tables.keys()].filter((name) => places.filter((place) => place === name).length !== 1);
  if (unknown.length + missing.length > 0) {
    throw new Error(
      `no table for: ${unknown.join(", ") || "none"}; not one place for: ${missing.join(", ") || "none"}`,
    );
  }
  return text.replace(MARKED, (_, begin, name, end) => `${begin}${tables.get(name)}\n${end}`);
}

/**
 * @param {Records} records
 * @returns {ReadonlyMap<string, string>} by name
 */
function methodTables({ components, rating, ...others }) {
  return new Map([
    ["components", componentsTable(components)],
    ...components.map(({ component, rules }) => /** @type {const} */ ([component, rulesTable(rules)])),
    ["rating", ratingTable(rating)],
    ...Object.entries(others).map(([name, constants]) => /** @type {const} */ ([name, constantsTable(constants)])),
  ]);
}

/** @param {Records["components"]} components */
function componentsTable(components) {
  const timeframes = /** @type {const} */ (["1m", "5m", "30m", "4h"]);
  return table(
    ["component", "weight", ...timeframes],
    components.map(({ component, weight, timeframeWeights, rules }) => [
      component,
      decimal(weight),
      ...timeframes.map((timeframe) => {
        const own = rules.some(({ per }) => per === "timeframe") ? timeframeWeights[timeframe] : undefined;
        return own === undefined ? "" : decimal(own);
      }),
    ]),
  );
}

/** @param {Records["components"][number]["rules"]} rules */
function rulesTable(rules) {
  return table(
    ["rule", "w", "per", "constants"],
    rules.map(({ rule, weight, eventBased, per, constants }) => [
      eventBased === true ? `${rule} **E**` : rule,
      decimal(weight),
      per,
      inOneCell(constants),
    ]),
  );
}

/** @param {Records["rating"]} rating */
function ratingTable(rating) {
  return table(
    ["of the rating", "constants"],
    Object.entries(rating).map(([name, constants]) => [`*${name}*`, inOneCell(constants)]),
  );
}

/** @param {Constants} constants */
function inOneCell(constants) {
  return Object.entries(constants)
    .map(([name, value]) => `*${name}* ${textOf(name, value)}`)
    .join(", ");
}

/** @param {Constants} constants */
function constantsTable(constants) {
  return table(
    ["constant", "value"],
    Object.entries(constants).map(([name, value]) => [`*${name}*`, textOf(name, value)]),
  );
}

/** @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function table(head, rows) {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** @param {string} name @param {number | readonly number[]} value */
function textOf(name, value) {
  if (typeof value !== "number") {
    return value.map(decimal).join(" / ");
  }
  return name.endsWith("Ms") ? duration(value) : decimal(value);
}

/** @param {number} value ".35", "-.5", "100,000" */
function decimal(value) {
  const text = Math.abs(value) >= 1000 ? value.toLocaleString("en-US", { maximumFractionDigits: 20 }) : String(value);
  return text.replace(/^(-?)0\./, "$1.");
}

/** @param {number} ms in the largest unit in which it is a whole number, or half of one: "3.5 h"; days from two on */
function duration(ms) {
  const units = /** @type {const} */ ([
    ["days", 86_400_000, 2],
    ["h", 3_600_000, 1],
    ["min", 60_000, 1],
    ["s", 1000, 1],
  ]);
  const [unit, length] = units.find(([, own, least]) => ms >= least * own && (2 * ms) % own === 0) ?? ["ms", 1];
  return `${decimal(ms / length)} ${unit}`;
}
