// Charts as SVG, without a library: bars with whiskers, and points with whiskers.
import { correlationText, hoursOf, nameOf, shareText } from "./words.mjs";

/** @typedef {import("@pulseboard/history").Estimate} Estimate */
/** @typedef {{ label: string, text: string, estimate: Estimate }} Point */

const PANEL = { width: 320, height: 220, left: 40, right: 8, top: 12, bottom: 28 };
const ROW = 22;
const NAMES_WIDTH = 250;
const PLOT_WIDTH = 350;

/** What text may not hold in HTML. @param {string} text */
export function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

/**
 * One panel for each horizon: the share of each group of scores that beat the median, with its interval and a line at 50 %.
 * @param {import("./evaluation.mjs").Evaluation} evaluation
 */
export function groupsChart({ summary }) {
  return Object.entries(summary.horizons)
    .flatMap(([horizon, { ranked }]) => {
      const shares = ranked.score?.groups.all?.share ?? [];
      const points = shares.map((estimate, index) => ({
        label: String(index + 1),
        text: `group ${index + 1}: ${shareText(estimate)}`,
        estimate,
      }));
      return points.length === 0
        ? []
        : [groupsPanel(`Next ${hoursOf(horizon)}: share that beat the median, %`, points)];
    })
    .join("\n");
}

/** @param {string} title @param {readonly Point[]} points */
function groupsPanel(title, points) {
  const { width, height, left, right, top, bottom } = PANEL;
  const reach = reachOf(points, 0.5, 0.05);
  const y = (/** @type {number} */ value) => top + ((0.5 + reach - value) / (2 * reach)) * (height - top - bottom);
  const step = (width - left - right) / points.length;
  const bars = points.map(({ label, text, estimate: { ratio, low, high } }, index) => {
    const middle = left + step * (index + 0.5);
    const [from, to] = [Math.min(y(ratio), y(0.5)), Math.max(y(ratio), y(0.5))];
    return `<g><title>${escaped(text)}</title><rect class="bar" x="${px(middle - step * 0.3)}" y="${px(from)}" width="${px(step * 0.6)}" height="${px(to - from)}"/>${whisker(middle, low, high, y)}<text x="${px(middle)}" y="${height - 8}" text-anchor="middle">${escaped(label)}</text></g>`;
  });
  const ticks = [0.5 - reach, 0.5, 0.5 + reach].map(
    (value) =>
      `<line class="${value === 0.5 ? "middle" : "grid"}" x1="${left}" x2="${width - right}" y1="${px(y(value))}" y2="${px(y(value))}"/><text x="${left - 4}" y="${px(y(value) + 4)}" text-anchor="end">${(100 * value).toFixed(0)}</text>`,
  );
  return `<figure><figcaption>${escaped(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${title}. ${points.map(({ text }) => text).join("; ")}`)}">${ticks.join("")}${bars.join("")}</svg></figure>`;
}

/**
 * One panel for each horizon: the rank correlation of each figure with later returns, with its interval and a line at 0.
 * @param {import("./evaluation.mjs").Evaluation} evaluation
 */
export function correlationsChart({ summary }) {
  return Object.entries(summary.horizons)
    .map(([horizon, { ranked }]) => {
      const points = Object.entries(ranked).flatMap(([name, { all }]) =>
        all === null ? [] : [{ label: nameOf(name), text: `${nameOf(name)}: ${correlationText(all)}`, estimate: all }],
      );
      return points.length === 0
        ? ""
        : correlationsPanel(`Next ${hoursOf(horizon)}: rank correlation with returns`, points);
    })
    .join("\n");
}

/** @param {string} title @param {readonly Point[]} points */
function correlationsPanel(title, points) {
  const reach = reachOf(points, 0, 0.05);
  const [width, height] = [NAMES_WIDTH + PLOT_WIDTH, ROW * (points.length + 1)];
  const x = (/** @type {number} */ value) => NAMES_WIDTH + 12 + ((value + reach) / (2 * reach)) * (PLOT_WIDTH - 24);
  const rows = points.map(({ label, text, estimate: { ratio, low, high } }, index) => {
    const y = ROW * (index + 0.5);
    const line =
      low === null || high === null
        ? ""
        : `<line class="whisker" x1="${px(x(low))}" x2="${px(x(high))}" y1="${px(y)}" y2="${px(y)}"/>`;
    return `<g><title>${escaped(text)}</title><text x="${NAMES_WIDTH}" y="${px(y + 4)}" text-anchor="end">${escaped(label)}</text>${line}<circle class="point" cx="${px(x(ratio))}" cy="${px(y)}" r="4"/></g>`;
  });
  const ticks = [-reach, 0, reach].map(
    (value) =>
      `<line class="${value === 0 ? "middle" : "grid"}" x1="${px(x(value))}" x2="${px(x(value))}" y1="0" y2="${height - ROW + 4}"/><text x="${px(x(value))}" y="${height - 4}" text-anchor="middle">${value.toFixed(2)}</text>`,
  );
  return `<figure class="wide"><figcaption>${escaped(title)}</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(`${title}. ${points.map(({ text }) => text).join("; ")}`)}">${ticks.join("")}${rows.join("")}</svg></figure>`;
}

/** @param {number} middle @param {number | null} low @param {number | null} high @param {(value: number) => number} y */
function whisker(middle, low, high, y) {
  if (low === null || high === null) {
    return "";
  }
  const end = (/** @type {number} */ value) =>
    `<line class="whisker" x1="${px(middle - 5)}" x2="${px(middle + 5)}" y1="${px(y(value))}" y2="${px(y(value))}"/>`;
  return `<line class="whisker" x1="${px(middle)}" x2="${px(middle)}" y1="${px(y(low))}" y2="${px(y(high))}"/>${end(low)}${end(high)}`;
}

/** How far a chart must reach on both sides of its middle, in whole steps. @param {readonly Point[]} points @param {number} middle @param {number} step */
function reachOf(points, middle, step) {
  const ends = points.flatMap(({ estimate: { ratio, low, high } }) => [ratio, low ?? ratio, high ?? ratio]);
  const furthest = Math.max(...ends.map((end) => Math.abs(end - middle)));
  return Math.max(step, Math.ceil(furthest / step) * step);
}

/** @param {number} value */
function px(value) {
  return Number(value.toFixed(1));
}
