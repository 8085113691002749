import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formats } from "../../format/formats.ts";
import type { Column } from "./span-series.ts";

/** A line across the chart, with its name beside it. */
interface Mark {
  readonly value: number;
  readonly name: string;
  /** The name stands above the line, or below. */
  readonly above: boolean;
}

export interface ChartContent {
  /** Unix seconds, rising. */
  readonly times: readonly number[];
  /** The first is the line of the chart, a second one is dashed. */
  readonly columns: readonly Column[];
  /** What the chart shows, Unix seconds, whether or not something is known there. */
  readonly fromS: number;
  readonly toS: number;
  readonly marks: readonly Mark[];
  /** Scores stand between fixed lines; prices fill the height. */
  readonly kind: "price" | "score";
  /** Characters of the widest figure, so that charts under each other have their times under each other. */
  readonly axisChars: number;
}

export interface DrawnChart {
  readonly update: (content: ChartContent) => void;
  /** Removes the chart. */
  readonly remove: () => void;
}

const SCORE_LINES = [35, 50, 65];
/** Room for "12:00" or "Dec 12" and a gap, in em. */
const TIME_WIDTH = 4;
const DAY_S = 86_400;

/** Draws into an element, in the page's colours; redraws when the element's size or the device's theme changes. */
export function drawHistory(element: HTMLElement, first: ChartContent): DrawnChart {
  let content = first;
  const shown = () => content;
  let chart = createChart(element, shown);
  const redraw = () => {
    chart.destroy();
    chart = createChart(element, shown);
  };
  const theme = matchMedia("(prefers-color-scheme: light)");
  theme.addEventListener("change", redraw);
  const observer = new ResizeObserver(() => chart.setSize(sizeOf(element)));
  observer.observe(element);
  return {
    update: (newer) => {
      content = newer;
      chart.setData(dataOf(content));
    },
    remove: () => {
      theme.removeEventListener("change", redraw);
      observer.disconnect();
      chart.destroy();
    },
  };
}

function dataOf({ times, columns }: ChartContent): uPlot.AlignedData {
  return [times, ...columns] as uPlot.AlignedData;
}

function createChart(element: HTMLElement, shown: () => ChartContent): uPlot {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const em = Number.parseFloat(style.fontSize);
  const isScore = shown().kind === "score";
  const axis = {
    stroke: colour("--color-muted"),
    font: `${em}px ${style.fontFamily}`,
    ticks: { show: false },
    grid: { show: false },
  };
  const accent = colour("--color-accent");
  const lines = [
    { stroke: accent, width: 2, points: { show: true, size: 5, fill: accent, filter: lonePoints } },
    { stroke: colour("--color-text"), width: 1, dash: [4, 3], points: { show: true, size: 4, filter: lonePoints } },
  ];
  return new uPlot(
    {
      ...sizeOf(element),
      legend: { show: false },
      cursor: { show: false },
      // Half of the last time label extends to the right of its mark.
      padding: [8, (TIME_WIDTH / 2) * em, null, null],
      scales: {
        x: { range: () => [shown().fromS, shown().toS] },
        y: { range: (_, lowest, highest) => (isScore ? scoreRange(lowest, highest) : priceRange(shown())) },
      },
      axes: [
        {
          ...axis,
          values: (_, splits, _axis, _space, stepS) =>
            splits.map((atS) => formats[stepS < DAY_S ? "time" : "day"](atS)),
          space: TIME_WIDTH * em,
          size: 28,
        },
        {
          ...axis,
          ...(isScore ? { splits: SCORE_LINES } : {}),
          values: (_, splits) => splits.map((value) => (isScore ? formats.count(value) : formats.price(value))),
          size: () => shown().axisChars * 0.6 * em + 12,
        },
      ],
      series: [{}, ...lines.slice(0, shown().columns.length)],
      hooks: {
        drawClear: [(plot) => isScore && drawScoreLines(plot, colour("--color-outline"))],
        draw: [(plot) => drawMarks(plot, shown().marks, colour, axis.font)],
      },
    },
    dataOf(shown()),
    element,
  );
}

/** Points that no line joins to another, and the newest. */
function lonePoints(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  let newest = values.length - 1;
  while (newest > 0 && values[newest] == null) {
    newest -= 1;
  }
  return [...values.keys()].filter(
    (i) => values[i] != null && (i === newest || (values[i - 1] == null && values[i + 1] == null)),
  );
}

function scoreRange(lowest: number | null, highest: number | null): [number, number] {
  return [Math.min(30, lowest ?? 30), Math.max(70, highest ?? 70)];
}

/** From the lowest price or mark to the highest, with room for the marks' names. */
function priceRange({ columns, marks }: ChartContent): uPlot.Range.MinMax {
  const prices = [...(columns[0] ?? []), ...marks.map(({ value }) => value)].filter((price) => price !== null);
  // No axis: any figure beside it would be made up.
  if (prices.length === 0) {
    return [null, null];
  }
  const [lowest, highest] = [Math.min(...prices), Math.max(...prices)];
  const room = (highest - lowest || highest) * 0.12;
  return [lowest - room, highest + room];
}

/** Draws the signal lines and the middle across the chart. */
function drawScoreLines(plot: uPlot, stroke: string): void {
  for (const line of SCORE_LINES) {
    drawLine(plot, line, stroke, line === 50 ? [] : [4, 4]);
  }
}

function drawMarks(plot: uPlot, marks: readonly Mark[], colour: (name: string) => string, font: string): void {
  const { ctx, bbox } = plot;
  for (const { value, name, above } of marks) {
    const paint = colour(above ? "--color-short" : "--color-long");
    const y = drawLine(plot, value, paint, [6, 3]);
    ctx.save();
    // The font is in pixels of the page, the canvas in those of the screen.
    ctx.font = font.replace(/^[\d.]+/, (px) => String(Number(px) * devicePixelRatio));
    ctx.textAlign = "left";
    ctx.textBaseline = above ? "bottom" : "top";
    // Readable over the line of the price.
    ctx.strokeStyle = colour("--color-surface");
    ctx.lineWidth = 4 * devicePixelRatio;
    ctx.strokeText(name, bbox.left, y);
    ctx.fillStyle = paint;
    ctx.fillText(name, bbox.left, y);
    ctx.restore();
  }
}

/** @returns where it is, in pixels of the canvas. */
function drawLine(plot: uPlot, value: number, stroke: string, dash: readonly number[]): number {
  const { ctx, bbox } = plot;
  const y = Math.round(plot.valToPos(value, "y", true));
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
  return y;
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: clientWidth, height: clientHeight };
}
