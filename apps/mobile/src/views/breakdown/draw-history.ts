import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { formats } from "../../format/formats.ts";
import type { ScoreHistory } from "../../parts/score-history.ts";
import { withGaps } from "./with-gaps.ts";

const LINES = [35, 50, 65];
/** Room for "12:00" and a gap, in em. */
const TIME_WIDTH = 4;

export interface DrawnHistory {
  readonly update: (history: ScoreHistory) => void;
  /** Removes the chart. */
  readonly remove: () => void;
}

/**
 * Draws a score's history into an element, in the page's colours; redraws it when the element's size or the device's
 * theme changes.
 */
export function drawHistory(element: HTMLElement, first: ScoreHistory): DrawnHistory {
  let history = first;
  let chart = createChart(element, history);
  const redraw = () => {
    chart.destroy();
    chart = createChart(element, history);
  };
  const theme = matchMedia("(prefers-color-scheme: light)");
  theme.addEventListener("change", redraw);
  const observer = new ResizeObserver(() => chart.setSize(sizeOf(element)));
  observer.observe(element);
  return {
    update: (newer) => {
      history = newer;
      chart.setData(dataOf(history));
    },
    remove: () => {
      theme.removeEventListener("change", redraw);
      observer.disconnect();
      chart.destroy();
    },
  };
}

function dataOf(history: ScoreHistory): uPlot.AlignedData {
  const { times, values } = withGaps(history);
  return [times, values];
}

function createChart(element: HTMLElement, history: ScoreHistory): uPlot {
  const colour = (name: string) => getComputedStyle(element).getPropertyValue(name).trim();
  const { fontFamily, fontSize } = getComputedStyle(element);
  const axis = {
    stroke: colour("--color-muted"),
    font: `${fontSize} ${fontFamily}`,
    ticks: { show: false },
    grid: { show: false },
  };
  return new uPlot(
    {
      ...sizeOf(element),
      legend: { show: false },
      cursor: { show: false },
      // Half of the last time label extends to the right of its mark.
      padding: [null, (TIME_WIDTH / 2) * Number.parseFloat(fontSize), null, null],
      scales: { y: { range: (_, lowest, highest) => [Math.min(30, lowest), Math.max(70, highest)] } },
      axes: [
        {
          ...axis,
          values: (_, splits) => splits.map((atS) => formats.time(atS)),
          space: TIME_WIDTH * Number.parseFloat(fontSize),
          size: 28,
        },
        { ...axis, splits: LINES, values: (_, splits) => splits.map((line) => formats.count(line)), size: 40 },
      ],
      series: [
        {},
        {
          stroke: colour("--color-accent"),
          width: 2,
          points: { show: true, size: 5, fill: colour("--color-accent") },
        },
      ],
      hooks: { drawClear: [(plot) => drawLines(plot, colour("--color-outline"))] },
    },
    dataOf(history),
    element,
  );
}

/** Draws the signal lines and the middle across the chart. */
function drawLines(plot: uPlot, stroke: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = devicePixelRatio;
  for (const line of LINES) {
    const y = Math.round(plot.valToPos(line, "y", true));
    ctx.setLineDash(line === 50 ? [] : [4 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: clientWidth, height: clientHeight };
}
