import { describe, expect, it } from "vitest";
import { sampleHistory } from "../../data/testing/sample-history.ts";
import { type LivePoint, SPANS, spanSeries, withNewest } from "./span-series.ts";

const history = sampleHistory();
const row = { score_history: [40, 41, 60], score_history_at: [900, 1800, 9000] };
const base = { span: "24h", history, withScores: true, row, live: [] } as const;
const { to, step_s: stepS } = history.spans["24h"];
const point = (atS: number, price = 7): LivePoint => ({ atS, price, score: 55, relative: null });

/** What the series has at a moment, by name. */
const at = (series: ReturnType<typeof spanSeries>, atS: number) => {
  const i = series.times.indexOf(atS);
  return { price: series.price[i], score: series.score[i], relative: series.relative[i] };
};

describe("spanSeries", () => {
  it.each(Object.keys(SPANS) as (keyof typeof SPANS)[])("gives each point of %s the end of its step", (span) => {
    const { price, score, relative, to: end, step_s } = history.spans[span];
    const series = spanSeries({ ...base, span });
    expect(series.times).toHaveLength(price.length);
    expect(series.times[price.length - 1]).toBe(end);
    expect((series.times[1] ?? 0) - (series.times[0] ?? 0)).toBe(step_s);
    expect(end - (series.times[0] ?? 0)).toBe(SPANS[span] - step_s);
    expect([series.price, series.score, series.relative]).toEqual([price, score, relative]);
  });

  it("ends with the newest snapshot, and keeps the last of each step before", () => {
    const live = [point(to + 20, 1), point(to + 50, 2), point(to + stepS, 3), point(to + stepS + 30, 4)];
    const series = spanSeries({ ...base, live });
    expect(series.times.slice(-3)).toEqual([to, to + stepS, to + stepS + 30]);
    expect(series.price.slice(-2)).toEqual([3, 4]);
    expect(at(series, to + stepS + 30)).toEqual({ price: 4, score: 55, relative: null });
  });

  it("leaves out what the history has already", () => {
    const series = spanSeries({ ...base, live: [point(to - 30), point(to)] });
    expect(series.times[series.times.length - 1]).toBe(to);
    expect(series.price[series.price.length - 1]).toBe(history.spans["24h"].price[287]);
  });

  it("has a gap where more than two steps are missing, and none where two are", () => {
    const after = (s: number) => spanSeries({ ...base, live: [point(to + s)] }).price.slice(-2);
    expect(after(2 * stepS)).toEqual([history.spans["24h"].price[287], 7]);
    expect(after(2 * stepS + 1)).toEqual([null, 7]);
  });

  it("has no scores of another version of the method, but its prices and what came since", () => {
    const series = spanSeries({ ...base, withScores: false, live: [point(to + 30)] });
    expect(series.score.filter((score) => score !== null)).toEqual([55]);
    expect(series.relative.every((relative) => relative === null)).toBe(true);
    expect(series.price.slice(0, -1)).toEqual(history.spans["24h"].price);
  });

  it("has the row's scores while there is no history, with their gaps", () => {
    const series = spanSeries({ ...base, history: null, live: [point(9000), point(9030)] });
    expect(series.times).toEqual([900, 1800, 5400, 9000, 9030]);
    expect(series.score).toEqual([40, 41, null, 55, 55]);
    expect(series.price).toEqual([null, null, null, 7, 7]);
  });
});

describe("withNewest", () => {
  it("adds a later point, replaces one of the same moment, and begins anew where time went back", () => {
    const two = withNewest(withNewest([], point(10)), point(40));
    expect(two.map(({ atS }) => atS)).toEqual([10, 40]);
    expect(withNewest(two, point(40, 9))).toEqual([point(10), point(40, 9)]);
    expect(withNewest(two, point(39))).toEqual([point(39)]);
  });

  it("keeps no more than six hours of half minutes", () => {
    let live: readonly LivePoint[] = [];
    for (let i = 0; i < 800; i++) {
      live = withNewest(live, point(30 * i));
    }
    expect(live).toHaveLength(720);
    expect(live[719]?.atS).toBe(30 * 799);
  });
});
