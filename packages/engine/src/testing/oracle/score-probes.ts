import { closedTail } from "../../candles/slice-candles.ts";
import { interpretScore } from "../../confluence/interpret-score.ts";
import { foldScore } from "../../confluence/published-score.ts";
import { pushWords } from "../../confluence/score.ts";
import { scoreSymbol } from "../../confluence/score-symbol.ts";
import type { Candles } from "../../domain/market-data.ts";
import { COMPONENTS } from "../../domain/symbol-analysis.ts";
import type { SymbolInputs } from "../../domain/symbol-inputs.ts";
import { FIVE_MINUTE_CHANGE, fiveMinuteChange } from "../../market/five-minute-change.ts";
import { mapInput } from "../reflect.ts";
import { deviation, toBars, total } from "./bars.ts";
import { deepMarket, withCandles } from "./markets.ts";
import type { Probe } from "./probes.ts";
import { stretched } from "./whole-score.ts";

/** The words of scores on both sides of each line. */
export function wordsProbes(): readonly Probe[] {
  const scores = [0, 34.999, 35, 35.001, 44.999, 45, 45.001, 50, 54.999, 55, 55.001, 64.999, 65, 65.001, 100];
  const word = (away: number, side: string) =>
    away >= 15 ? `pushing ${side}` : away >= 5 ? `leaning ${side}` : "balanced";
  return [
    {
      name: "words",
      expected: Object.fromEntries(scores.map((s) => [s, s > 50 ? word(s - 50, "up") : word(50 - s, "down")])),
      ours: () => Object.fromEntries(scores.map((s) => [s, pushWords(s)])),
    },
    {
      name: "pushes that are named",
      expected: Object.fromEntries([0.045, 0.0499, 0.0501, 0.055].map((points) => [points, points >= 0.05 ? 1 : 0])),
      ours: () =>
        Object.fromEntries(
          [0.045, 0.0499, 0.0501, 0.055].map((points) => {
            const technical = Math.atanh((points / 50) * Math.tanh(1.8)) / 1.8;
            const contributions = { ...NO_PUSH, technical };
            const { overall } = interpretScore(SCORED, { score: 50, contributions, averagedMs: 0, afterGap: false });
            return [points, overall.includes("100 % of what speaks for it") ? 1 : 0];
          }),
        ),
    },
  ];
}

const NO_PUSH = { technical: 0, volume: 0, orderflow: 0, orderbook: 0, sentiment: 0, price_structure: 0 };
const SCORED = {
  symbol: "S",
  components: [],
  reliability: 1,
  reliabilityFactors: { coverage: 1, freshness: 1, consensus: 1, quality: 1 },
};

/** One fold after each of these times, with a coverage on either side of the least one. */
export function foldProbes(): readonly Probe[] {
  const analysis = scoreSymbol(deepMarket(0));
  const now = Object.fromEntries(analysis.components.map(({ component, contribution }) => [component, contribution]));
  const before = {
    technical: 0.02,
    volume: -0.1,
    orderflow: 0.15,
    orderbook: 0,
    sentiment: 0.01,
    price_structure: 0.07,
  };
  const times = [-60_001, -60_000, -1, 0, 1, 30_000, 180_000, 180_001, 600_000, 3_599_999, 3_600_000, 3_600_001];
  return times.flatMap((dtMs) =>
    [1, 0.25, 0.2499].map((coverage): Probe => {
      const isAnew = dtMs > 3_600_000 || dtMs < -60_000;
      const kept = isAnew ? 0 : Math.exp((-Math.LN2 * Math.max(0, dtMs)) / 600_000);
      const after = COMPONENTS.map(
        (name) => (now[name] ?? Number.NaN) + kept * (before[name] - (now[name] ?? Number.NaN)),
      );
      const expected = {
        ...Object.fromEntries(COMPONENTS.map((name, i) => [name, after[i]])),
        score: stretched(total(after)),
        w: total(after),
        since: isAnew ? null : Math.max(0, dtMs),
        asOf: isAnew ? 5e9 + dtMs : 5e9 + Math.max(0, dtMs),
        averaged: isAnew || dtMs > 180_000 ? 0 : 1000 + Math.max(0, dtMs),
      };
      return {
        name: `fold after ${dtMs} ms with a coverage of ${coverage}`,
        expected: coverage < 0.25 ? { score: null } : expected,
        ours: () => {
          const factors = { ...analysis.reliabilityFactors, coverage };
          const at = { contributions: before, asOfMs: 5e9, beganAtMs: 5e9 - 1000 };
          const folded = foldScore({ ...analysis, reliabilityFactors: factors }, 5e9 + dtMs, at);
          return folded === null
            ? { score: null }
            : {
                ...folded.contributions.after,
                score: folded.score,
                w: folded.weightedSignal,
                since: folded.sinceBeforeMs,
                asOf: folded.average.asOfMs,
                averaged: folded.averagedMs,
              };
        },
      };
    }),
  );
}

/** A book on either side of how far after now an input may be. */
export function aheadProbe(): Probe {
  const market = deepMarket(2);
  const isTaken = (aheadMs: number) => {
    try {
      scoreSymbol(market.book.known ? { ...market, book: { ...market.book, asOfMs: market.nowMs + aheadMs } } : market);
      return true;
    } catch {
      return false;
    }
  };
  return {
    name: "a book of after now",
    expected: { "after 60 s": true, "after 60.001 s": false },
    ours: () => ({ "after 60 s": isTaken(60_000), "after 60.001 s": isTaken(60_001) }),
  };
}

/** The change of 5 minutes, with candles on either side of what it needs, and without a ticker on either side of 2 minutes. */
export function changeProbes(): readonly Probe[] {
  const market = deepMarket(1);
  const closedMs = 60_000 * Math.floor(market.nowMs / 60_000);
  const withoutTicker = [closedMs + 119_999, closedMs + 120_000, closedMs + 120_001].map((nowMs): Probe => {
    const minutes = barsOf({ ...market, nowMs: closedMs }, "1m");
    const [first, last] = [minutes.at(-6)?.c ?? Number.NaN, minutes.at(-1)?.c ?? Number.NaN];
    return {
      name: `5-minute change without a ticker, ${nowMs - closedMs} ms after the last close`,
      expected: { percent: nowMs - closedMs > 120_000 ? null : 100 * (last / first - 1) },
      ours: () => {
        const ticker = { known: false, reason: "not_provided", periodMs: 60_000 } as const;
        return { percent: fiveMinuteChange({ ...untilMs(market, closedMs), nowMs, ticker }).changePercent.value };
      },
    };
  });
  return [...withoutTicker, ...withTicker()];
}

/** Without the minutes that close later. */
function untilMs(market: SymbolInputs, closedMs: number): SymbolInputs {
  const minutes = mapInput(market.candles["1m"], (all) => closedTail(all, closedMs));
  return { ...market, candles: { ...market.candles, "1m": minutes } };
}

function withTicker(): readonly Probe[] {
  return [700, 60, 59].map((count): Probe => {
    const market = falling(withCandles(deepMarket(1), count));
    const minutes = barsOf(market, "1m");
    const price = market.ticker.known ? market.ticker.value.lastPrice : Number.NaN;
    const from = minutes.filter(({ t }) => t + 60_000 <= market.nowMs - 300_000).at(-1)?.c ?? Number.NaN;
    const closes = barsOf(market, "5m")
      .slice(-500)
      .map(({ c }) => Math.log(c));
    const returns = closes.slice(1).map((close, i) => close - (closes[i] ?? Number.NaN));
    return {
      name: `5-minute change with ${count} candles`,
      expected: {
        // Stated for those who show the change.
        line: 5,
        percent: 100 * (price / from - 1),
        deviations: closes.length < 60 ? null : Math.log(price / from) / deviation(returns),
      },
      ours: () => {
        const { changePercent, deviations } = fiveMinuteChange(market);
        return { line: FIVE_MINUTE_CHANGE.lineDeviations, percent: changePercent.value, deviations: deviations.value };
      },
    };
  });
}

function barsOf({ candles, nowMs }: SymbolInputs, timeframe: "1m" | "5m") {
  const input = candles[timeframe];
  return input.known ? toBars(input.value, nowMs) : [];
}

/** Another price each minute, so that another window gives another change. */
function falling(market: SymbolInputs): SymbolInputs {
  const minutes = mapInput(market.candles["1m"], (all): Candles => {
    const count = all.close.length;
    const lifted = (column: Float64Array) => column.map((price, i) => price * (1 + 0.001 * Math.min(10, count - i)));
    return { ...all, high: lifted(all.high), close: lifted(all.close) };
  });
  return { ...market, candles: { ...market.candles, "1m": minutes } };
}
