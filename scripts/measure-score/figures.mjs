/**
 * One measured figure.
 *
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} value
 * @property {{ atMost: number } | { atLeast: number }} [aim] none for a figure that is only reported
 * @property {number | undefined} [version1] the same figure of method version 1
 */

/** A figure that is not a number meets no aim. @param {Figure} figure */
export function meetsAim({ value, aim }) {
  if (aim === undefined) {
    return true;
  }
  return "atMost" in aim ? value <= aim.atMost : value >= aim.atLeast;
}

/** A table of a part's figures. @param {string} title @param {readonly Figure[]} figures */
export function tableOf(title, figures) {
  const rows = figures.map((figure) => {
    const { name, value, version1 } = figure;
    const shown = `${format(value)}${meetsAim(figure) ? "" : " MISSED"}`;
    return `| ${name} | ${aimOf(figure)} | ${shown} | ${version1 === undefined ? "" : format(version1)} |`;
  });
  return [`\n${title}\n`, "| figure | aim | measured | version 1 |", "|---|---|---|---|", ...rows].join("\n");
}

/** @param {Figure} figure */
function aimOf({ aim }) {
  if (aim === undefined) {
    return "";
  }
  return "atMost" in aim ? `at most ${aim.atMost}` : `at least ${aim.atLeast}`;
}

/** @param {number} value */
function format(value) {
  return Math.abs(value) < 10 ? value.toFixed(3) : value.toFixed(1);
}
