import { useEffect, useRef, useState } from "preact/hooks";
import type { ChartContent, DrawnChart } from "./draw-history.ts";

interface HistoryChartProps extends ChartContent {
  /** What it shows, in words. */
  readonly label: string;
}

/** A chart, drawn by code that only this view needs, and that loads on demand. */
export function HistoryChart({ label, ...content }: HistoryChartProps) {
  const frame = useRef<HTMLDivElement>(null);
  const drawn = useRef<DrawnChart | null>(null);
  const newest = useRef<ChartContent>(content);
  const [failed, setFailed] = useState(false);
  newest.current = content;

  useEffect(() => {
    const element = frame.current;
    let wanted = true;
    const draw = async () => {
      try {
        const { drawHistory } = await import("./draw-history.ts");
        if (wanted && element !== null) {
          drawn.current = drawHistory(element, newest.current);
        }
      } catch {
        // Reported, not hidden: without a connection this code may not be on the device.
        if (wanted) {
          setFailed(true);
        }
      }
    };
    void draw();
    return () => {
      wanted = false;
      drawn.current?.remove();
    };
  }, []);

  // Compared by content, because each snapshot creates new arrays.
  const key = JSON.stringify(content);
  useEffect(() => drawn.current?.update(newest.current), [key]);

  if (failed) {
    return <p class="history-chart">The chart could not be loaded. The table below has its numbers.</p>;
  }
  return <div class="history-chart" ref={frame} role="img" aria-label={label} />;
}
