import { correlationsChart, escaped, groupsChart } from "./charts.mjs";
import { reportOf } from "./report.mjs";

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --muted: #57606a; --line: #d0d7de; --bar: #4a7dbd; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --muted: #9aa4af; --line: #3a424c; --bar: #6b9bd8; --paper: #14181d; } }
body { margin: 0 auto; max-inline-size: 62rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-block-start: 2rem; }
.charts { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; flex: 1 1 17rem; max-inline-size: 24rem; } figure.wide { flex: 1 1 100%; max-inline-size: 44rem; }
figcaption { color: var(--muted); } svg { display: block; inline-size: 100%; block-size: auto; } svg text { font-size: 12px; fill: var(--ink); }
.bar { fill: var(--bar); } .point { fill: var(--bar); } .grid { stroke: var(--line); } .middle { stroke: var(--muted); stroke-dasharray: 4 3; }
.whisker { stroke: var(--ink); stroke-width: 1.5; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem .25rem 0; border-block-end: 1px solid var(--line); text-align: start; white-space: nowrap; }
`;

/**
 * A page that needs nothing but itself: words, charts and tables of an evaluation.
 * @param {import("./evaluation.mjs").Evaluation} evaluation
 */
export function pageOf(evaluation) {
  const charts = { groups: groupsChart, correlations: correlationsChart };
  const sections = reportOf(evaluation).map(({ title, sentences, table, chart }) =>
    [
      `<section><h2>${escaped(title)}</h2>`,
      `<ul>${sentences.map((sentence) => `<li>${escaped(sentence)}</li>`).join("\n")}</ul>`,
      chart === undefined ? "" : `<div class="charts">${charts[chart](evaluation)}</div>`,
      table === undefined ? "" : tableOf(title, table),
      "</section>",
    ].join("\n"),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pulseboard: what became of the scores</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>What became of the scores</h1>
${sections.join("\n")}
</main>
</body>
</html>
`;
}

/** @param {string} title @param {import("./report.mjs").Table} table */
function tableOf(title, { head, rows }) {
  const cells = (/** @type {readonly string[]} */ row) =>
    row.map((cell, index) => (index === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`));
  return [
    `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(title)}: table"><table>`,
    `<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${cells(row).join("")}</tr>`).join("\n")}</tbody></table></div>`,
  ].join("\n");
}
