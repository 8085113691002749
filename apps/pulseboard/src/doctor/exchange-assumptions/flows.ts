import { type Assumption, every, isNear, shown } from "./assumption.ts";
import { decimal, type Evidence, listOf, type RequestName, resultOf, rowsOf, timeOf } from "./evidence.ts";

const BOOK_LEVELS = 500;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

type Side = "a" | "b";

function pricesOf(evidence: Evidence, side: Side): readonly number[] {
  return levelsOf(evidence, side).map((level) => (Array.isArray(level) ? decimal(level[0]) : Number.NaN));
}

function levelsOf(evidence: Evidence, side: Side): readonly unknown[] {
  const levels = resultOf(evidence, "book")?.[side];
  return Array.isArray(levels) ? levels : [];
}

/** Times of the rows of a series, as they come. */
function timesOf(evidence: Evidence, name: RequestName, field: string): readonly number[] {
  return rowsOf(evidence, name).map((row) => decimal(row[field]));
}

interface SeriesShape {
  readonly request: RequestName;
  readonly name: string;
  readonly timeField: string;
  readonly limit: number;
  readonly stepMs: number | null;
}

const SERIES: readonly SeriesShape[] = [
  { request: "openInterest", name: "open interest", timeField: "timestamp", limit: 200, stepMs: 5 * MINUTE_MS },
  { request: "accountRatio", name: "account ratio", timeField: "timestamp", limit: 480, stepMs: HOUR_MS },
  // Its contract's interval may have changed meanwhile.
  { request: "fundingHistory", name: "funding history", timeField: "fundingRateTimestamp", limit: 200, stepMs: null },
];

function seriesAssumptions({ request, name, timeField, limit, stepMs }: SeriesShape): readonly Assumption[] {
  const step = stepMs === null ? "on the hour" : `every ${stepMs / MINUTE_MS} min`;
  return [
    {
      name: `${name} order`,
      assumed: "the newest row comes first",
      needs: [request],
      look: (evidence) => {
        const times = timesOf(evidence, request, timeField);
        return every(times, (time, index) => index === 0 || time < (times[index - 1] ?? 0));
      },
    },
    {
      name: `${name} times`,
      assumed: `${timeField} is Unix ms, ${step}`,
      needs: [request],
      look: (evidence) => {
        const times = timesOf(evidence, request, timeField).toSorted((a, b) => b - a);
        const nowMs = timeOf(evidence, request);
        return every(times, (time, index) => {
          const before = times[index - 1];
          const isInStep = before === undefined || stepMs === null || before - time === stepMs;
          const isWhole = stepMs === null ? isOnTheHour(time) : time % stepMs === 0;
          return isInStep && isWhole && time <= nowMs + MINUTE_MS;
        });
      },
    },
    {
      name: `${name} limit`,
      assumed: `limit=${limit} gives ${limit} rows`,
      needs: [request],
      look: (evidence) => {
        const { length } = listOf(evidence, request);
        return { holds: length === limit, seen: `${length} rows` };
      },
    },
  ];
}

/** Give or take a moment. */
function isOnTheHour(timeMs: number): boolean {
  return timeMs > 0 && (timeMs + MINUTE_MS) % HOUR_MS <= 2 * MINUTE_MS;
}

export const FLOW_ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "book levels",
    assumed: `limit=${BOOK_LEVELS} gives ${BOOK_LEVELS} levels a side, each price and quantity as decimal texts`,
    needs: ["book"],
    look: (evidence) => {
      const sides = [levelsOf(evidence, "b"), levelsOf(evidence, "a")];
      const { holds, seen } = every(
        sides.flat(),
        (level) => Array.isArray(level) && level.length === 2 && level.every((value) => decimal(value) > 0),
      );
      const counts = sides.map((levels) => levels.length);
      const isFull = counts.every((count) => count === BOOK_LEVELS);
      return isFull ? { holds, seen } : { holds: false, seen: `${counts.join(" and ")} levels` };
    },
  },
  {
    name: "book order",
    assumed: "b are bids from the highest, a are asks from the lowest, and the best bid is below the best ask",
    needs: ["book"],
    look: (evidence) => {
      const [bids, asks] = [pricesOf(evidence, "b"), pricesOf(evidence, "a")];
      const holds =
        bids.every((price, index) => index === 0 || price < (bids[index - 1] ?? 0)) &&
        asks.every((price, index) => index === 0 || price > (asks[index - 1] ?? 0)) &&
        (bids[0] ?? Number.NaN) < (asks[0] ?? Number.NaN);
      return { holds, seen: `bids ${shown(bids.slice(0, 3))}, asks ${shown(asks.slice(0, 3))}` };
    },
  },
  {
    name: "book time",
    assumed: "ts is a number, the book's own time in Unix ms, and s the contract",
    needs: ["book"],
    look: (evidence) => {
      const { ts, s } = resultOf(evidence, "book") ?? {};
      const ageMs = timeOf(evidence, "book") - Number(ts);
      return {
        holds: typeof ts === "number" && Math.abs(ageMs) < MINUTE_MS && s === "BTCUSDT",
        seen: shown({ s, ts }),
      };
    },
  },
  ...SERIES.flatMap(seriesAssumptions),
  {
    name: "open interest sides",
    assumed: "singleOpenInterest is half of openInterest, in the base coin",
    needs: ["openInterest"],
    look: (evidence) =>
      every(rowsOf(evidence, "openInterest"), ({ openInterest, singleOpenInterest }) =>
        isNear(decimal(singleOpenInterest), decimal(openInterest) / 2, 0.02),
      ),
  },
  {
    name: "open interest unit",
    assumed: "openInterest is in the base coin, as in the tickers",
    needs: ["openInterest", "tickers"],
    look: (evidence) => {
      const row = rowsOf(evidence, "openInterest").toSorted((a, b) => decimal(b.timestamp) - decimal(a.timestamp))[0];
      const ticker = rowsOf(evidence, "tickers").find(({ symbol }) => symbol === "BTCUSDT");
      if (ticker === undefined) {
        return null;
      }
      const [inHistory, inTicker] = [decimal(row?.openInterest), decimal(ticker.openInterest)];
      return { holds: isNear(inHistory, inTicker, 0.2), seen: `${inHistory}, in the tickers ${inTicker}` };
    },
  },
  {
    name: "account ratio shares",
    assumed: "buyRatio and sellRatio are shares that make 1 together",
    needs: ["accountRatio"],
    look: (evidence) =>
      every(rowsOf(evidence, "accountRatio"), ({ buyRatio, sellRatio }) => {
        const sum = decimal(buyRatio) + decimal(sellRatio);
        return Math.abs(sum - 1) <= 0.01 && decimal(buyRatio) >= 0 && decimal(sellRatio) >= 0;
      }),
  },
  {
    name: "funding history rates",
    assumed: "fundingRate is a fraction: below 0.05",
    needs: ["fundingHistory"],
    look: (evidence) =>
      every(rowsOf(evidence, "fundingHistory"), ({ fundingRate }) => Math.abs(decimal(fundingRate)) < 0.05),
  },
];
