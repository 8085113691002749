import { type Assumption, every, type Finding, isNear, most } from "./assumption.ts";
import { decimal, type Evidence, listOf, type RequestName, timeOf } from "./evidence.ts";

const MINUTE_MS = 60_000;
const PAGE = 1000;
const COLUMNS = 7;

/** The requests for candles, and their intervals. */
const INTERVALS_MS = {
  minutes: MINUTE_MS,
  quietMinutes: MINUTE_MS,
  fiveMinutes: 5 * MINUTE_MS,
  halfHours: 30 * MINUTE_MS,
  fourHours: 240 * MINUTE_MS,
} as const;

type CandleRequest = keyof typeof INTERVALS_MS;
const ALL = Object.keys(INTERVALS_MS) as readonly CandleRequest[];

/** Start, open, high, low, close, volume, turnover. */
type Candle = readonly number[];

function candlesOf(evidence: Evidence, name: RequestName): readonly Candle[] {
  return listOf(evidence, name).map((row) => (Array.isArray(row) ? row.map(decimal) : []));
}

/** The first finding that does not hold, or the first of all. */
function inEach(look: (name: CandleRequest) => Finding): Finding {
  const findings = ALL.map(look);
  return findings.find(({ holds }) => !holds) ?? findings[0] ?? { holds: false, seen: "nothing" };
}

export const CANDLE_ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "candle rows",
    assumed: "a candle is start, open, high, low, close, volume, turnover, all decimal texts",
    needs: ALL,
    look: (evidence) =>
      inEach((name) =>
        every(
          listOf(evidence, name),
          (row) => Array.isArray(row) && row.length === COLUMNS && row.every((value) => !Number.isNaN(decimal(value))),
        ),
      ),
  },
  {
    name: "candle order",
    assumed: "the newest candle comes first",
    needs: ALL,
    look: (evidence) =>
      inEach((name) => {
        const starts = candlesOf(evidence, name).map(([start = Number.NaN]) => start);
        return every(starts, (start, index) => index === 0 || start < (starts[index - 1] ?? 0));
      }),
  },
  {
    name: "candle starts",
    assumed: "starts are Unix ms, whole multiples of the interval, with none left out where nobody traded",
    needs: ALL,
    look: (evidence) =>
      inEach((name) => {
        const intervalMs = INTERVALS_MS[name];
        const starts = candlesOf(evidence, name)
          .map(([start = Number.NaN]) => start)
          .toSorted((a, b) => b - a);
        return every(
          starts,
          (start, index) =>
            start % intervalMs === 0 && (index === 0 || start === (starts[index - 1] ?? 0) - intervalMs),
        );
      }),
  },
  {
    name: "candle limit",
    assumed: `limit=${PAGE} gives ${PAGE} candles of a contract that is old enough`,
    needs: ["minutes"],
    look: (evidence) => {
      const { length } = listOf(evidence, "minutes");
      return { holds: length === PAGE, seen: `${length} candles` };
    },
  },
  {
    name: "candle end",
    assumed: "end is the last start that is wanted: with a minute's end, its candle is the newest",
    needs: ["minutes"],
    look: (evidence) => {
      const end = Number(evidence.answers.get("minutes")?.params.end);
      const starts = candlesOf(evidence, "minutes").map(([start = Number.NaN]) => start);
      const newest = Math.max(...starts);
      return { holds: newest === end + 1 - MINUTE_MS, seen: `the newest starts at ${newest}, asked with end=${end}` };
    },
  },
  {
    name: "open candle",
    assumed: "without end, the newest candle is the one that is still open",
    needs: ["openMinutes"],
    look: (evidence) => {
      const starts = candlesOf(evidence, "openMinutes").map(([start = Number.NaN]) => start);
      const behindMs = timeOf(evidence, "openMinutes") - Math.max(...starts);
      // A server that is a little behind still shows the one before.
      return {
        holds: behindMs >= 0 && behindMs < 2 * MINUTE_MS,
        seen: `it began ${Math.round(behindMs / 1000)} s ago`,
      };
    },
  },
  {
    name: "candle prices",
    assumed: "high and low are above and below open and close",
    needs: ALL,
    look: (evidence) =>
      inEach((name) =>
        every(candlesOf(evidence, name), ([, open = 0, high = 0, low = 0, close = 0]) => {
          return high >= Math.max(open, close) && low <= Math.min(open, close) && low > 0;
        }),
      ),
  },
  {
    name: "candle volume",
    assumed: "volume is in the base coin and turnover in USD: their ratio lies between low and high",
    needs: ["minutes"],
    look: (evidence) =>
      most(
        candlesOf(evidence, "minutes").filter(([, , , , , volume = 0]) => volume > 0),
        ([, , high = 0, low = 0, , volume = 0, turnover = 0]) =>
          turnover / volume >= low * 0.999 && turnover / volume <= high * 1.001,
      ),
  },
  {
    name: "longer candles",
    assumed: "a candle of 5 min is what its five of 1 min are together",
    needs: ["minutes", "fiveMinutes"],
    look: (evidence) => {
      const minutes = new Map(candlesOf(evidence, "minutes").map((candle) => [candle[0], candle]));
      const whole = candlesOf(evidence, "fiveMinutes").flatMap((candle) => {
        const parts = [0, 1, 2, 3, 4].flatMap((at) => {
          const part = minutes.get((candle[0] ?? 0) + at * MINUTE_MS);
          return part === undefined ? [] : [part];
        });
        return parts.length === 5 ? [{ candle, parts }] : [];
      });
      return most(whole, isWhole);
    },
  },
];

function isWhole({ candle, parts }: { readonly candle: Candle; readonly parts: readonly Candle[] }): boolean {
  const column = (index: number) => parts.map((part) => part[index] ?? Number.NaN);
  const together = [
    column(1)[0],
    Math.max(...column(2)),
    Math.min(...column(3)),
    column(4).at(-1),
    column(5).reduce((sum, volume) => sum + volume, 0),
  ];
  return together.every((value, index) => isNear(candle[index + 1] ?? Number.NaN, value ?? Number.NaN, 1e-6));
}
