import { flatnessOf, logRate, percent } from "./judge-soak.mts";
import { SERIES, type SeriesName, type SoakResult } from "./soak-result.mts";

/** The soak's tables, in Markdown. */
export function soakTables(result: SoakResult): string {
  const flatness = flatnessOf(result);
  const windows = Math.max(0, ...flatness.map(({ medians }) => medians.length));
  const titles = Array.from({ length: windows }, (_, index) => `${5 + index * 5} to ${10 + index * 5} min`);
  const rows = flatness.map(({ name, medians, furthest }) => [
    name,
    ...titles.map((_, index) => medians[index]?.toFixed(1) ?? "-"),
    furthest === null ? "-" : percent(furthest),
  ]);
  const logs = (["worker", "server"] as const).map((process) => [
    `${process}'s log, MB an hour`,
    (logRate(result, process) / 1e6).toFixed(3),
  ]);
  const faults = result.faults.map(({ name, minute, lastedMs, touched, recoveryMs, bound, violations }) => [
    minute.toFixed(1),
    name,
    (lastedMs / 1000).toFixed(1),
    `${touched}`,
    recoveryMs === null ? "not recovered" : (recoveryMs / 1000).toFixed(1),
    (bound.ms / 1000).toFixed(1),
    violations.length === 0 ? "held" : violations.map(({ invariant }) => invariant).join(", "),
  ]);
  return [
    `Seed ${result.seed}, ${result.minutes} min.`,
    table(["medians", ...titles, "furthest from the first"], rows),
    table(["log", "measured"], logs),
    table(["minute", "fault", "lasted, s", "touched", "fresh again after, s", "bound, s", "invariants"], faults),
  ].join("\n\n");
}

const WIDTH = 720;
const PANEL = 110;
const LEFT = 110;
const COLOURS: Readonly<Record<SeriesName, string>> = {
  "worker RSS, MB": "#0a549e",
  "server RSS, MB": "#95400a",
  "Redis memory, MB": "#0e6348",
  "Redis keys": "#4d3fb8",
};

/** One panel for each series, from 0 up; a grey line for each fault. */
export function soakPlot({ samples, faults, minutes }: SoakResult): string {
  const x = (minute: number) => (LEFT + (minute / minutes) * (WIDTH - LEFT - 10)).toFixed(1);
  const panels = SERIES.map((name, index) => {
    const top = 10 + index * PANEL;
    const bottom = top + PANEL - 20;
    const points = samples.flatMap(({ minute, values }) => {
      const value = values[name];
      return value === undefined ? [] : [{ minute, value }];
    });
    const most = Math.max(1, ...points.map(({ value }) => value)) * 1.1;
    const y = (value: number) => (bottom - (value / most) * (PANEL - 30)).toFixed(1);
    const line = points.map(({ minute, value }) => `${x(minute)},${y(value)}`).join(" ");
    const marks = faults.map(({ minute }) => `<path d="M${x(minute)} ${top}V${bottom}" stroke="#ccc"/>`).join("");
    return `${marks}<path d="M${LEFT} ${bottom}H${WIDTH - 10}" stroke="#888"/>
<text x="0" y="${top + 14}">${name}</text><text x="${LEFT - 6}" y="${y(points.at(-1)?.value ?? 0)}" text-anchor="end">${points.at(-1)?.value.toFixed(1) ?? "-"}</text>
<polyline points="${line}" fill="none" stroke="${COLOURS[name]}" stroke-width="1.5"/>`;
  });
  const height = 10 + SERIES.length * PANEL + 20;
  const ticks = Array.from({ length: Math.floor(minutes / 5) + 1 }, (_, index) => index * 5);
  const axis = ticks.map(
    (minute) => `<text x="${x(minute)}" y="${height - 8}" text-anchor="middle">${minute} min</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">
<title>${SERIES.join("; ")}: ${minutes} min under faults, which are the grey lines</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
${[...panels, ...axis].join("\n")}
</svg>
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
