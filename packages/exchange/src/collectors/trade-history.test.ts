import type { Trades } from "@pulseboard/engine";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTestSource } from "../testing/gateways.ts";
import { tradeRow } from "../testing/tiny-exchange.ts";
import { createTradeHistory } from "./trade-history.ts";

const START_MS = Date.UTC(2025, 5, 10, 12);
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const signal = new AbortController().signal;

type Row = Record<string, unknown>;

/** A history whose next answer is `rows`, newest first, at `timeMs`. */
function openHistory() {
  let answer: { readonly rows: readonly unknown[]; readonly timeMs: number } = { rows: [], timeMs: START_MS };
  const source = createTestSource(() => ({ result: { list: answer.rows }, timeMs: answer.timeMs, marketSpeed: 1 }));
  const history = createTradeHistory(source, 30_000);
  let newestMs = 0;
  return {
    history,
    async update(rows: readonly unknown[], timeMs: number): Promise<{ trades: Trades; problems: readonly string[] }> {
      answer = { rows, timeMs };
      const problems = await history.update(signal);
      const input = history.input();
      if (!input.known) {
        throw new Error("no trades");
      }
      newestMs = Math.max(newestMs, timeMs);
      expect(input.asOfMs).toBe(newestMs);
      return { trades: input.value, problems: problems.map(({ message }) => message) };
    },
  };
}

/** The newest trades at `nowMs` of a market that trades every `everyMs`, newest first, as the exchange answers. */
function newest(nowMs: number, everyMs: number, count = 1000): Row[] {
  const lastMs = Math.floor(nowMs / everyMs) * everyMs;
  return Array.from({ length: count }, (_, n) => tradeRow("BTCUSDT", lastMs - n * everyMs));
}

describe("trades gathered over refreshes", () => {
  test("fewer than a thousand in one answer cover the last 15 minutes", async () => {
    const { update } = openHistory();
    const { trades } = await update(newest(START_MS, 10 * SECOND_MS, 50), START_MS);
    expect(trades.timeMs.length).toBe(50);
    expect(trades.coverage).toEqual([{ fromMs: START_MS - 15 * MINUTE_MS, toMs: START_MS }]);
    expect([...trades.timeMs]).toEqual([...trades.timeMs].sort((a, b) => a - b));
  });

  test("an answer without trades covers the last 15 minutes too", async () => {
    const { update } = openHistory();
    const { trades } = await update([], START_MS);
    expect(trades.timeMs.length).toBe(0);
    expect(trades.coverage).toEqual([{ fromMs: START_MS - 15 * MINUTE_MS, toMs: START_MS }]);
  });

  test("a full answer covers the time since its oldest trade; the next one extends it, each trade once", async () => {
    const { update } = openHistory();
    await update(newest(START_MS, 100), START_MS);
    const laterMs = START_MS + 30 * SECOND_MS;
    const { trades } = await update(newest(laterMs, 100), laterMs);
    expect(trades.timeMs.length).toBe(1300);
    expect(new Set(trades.timeMs).size).toBe(1300);
    expect(trades.coverage).toEqual([{ fromMs: START_MS - 999 * 100, toMs: laterMs }]);
  });

  test("answers that do not overlap leave a gap in the coverage", async () => {
    const { update } = openHistory();
    await update(newest(START_MS, 10), START_MS);
    const laterMs = START_MS + 30 * SECOND_MS;
    const { trades } = await update(newest(laterMs, 10), laterMs);
    expect(trades.timeMs.length).toBe(2000);
    expect(trades.coverage).toEqual([
      { fromMs: START_MS - 9990, toMs: START_MS },
      { fromMs: laterMs - 9990, toMs: laterMs },
    ]);
  });

  test("trades and coverage older than 15 minutes are dropped", async () => {
    const { update } = openHistory();
    await update(newest(START_MS, 100), START_MS);
    const laterMs = START_MS + 14 * MINUTE_MS;
    const { trades } = await update(newest(laterMs, 100), laterMs);
    expect(trades.timeMs[0]).toBe(laterMs - 15 * MINUTE_MS);
    expect(trades.coverage[0]).toEqual({ fromMs: laterMs - 15 * MINUTE_MS, toMs: START_MS });
  });

  test("a trade that appears late is put in its place in time", async () => {
    const { update } = openHistory();
    const rows = newest(START_MS, SECOND_MS, 100);
    await update(rows.toSpliced(10, 1), START_MS);
    const { trades } = await update(rows, START_MS + SECOND_MS);
    expect([...trades.timeMs]).toEqual(rows.map(({ time }) => Number(time)).reverse());
  });

  test("an unusable row is counted, and the time around it is not covered until it can be read", async () => {
    const { update } = openHistory();
    const rows = newest(START_MS, SECOND_MS, 100);
    const broken = rows.with(10, { ...rows[10], price: "abc" });
    const first = await update(broken, START_MS);
    expect(first.problems).toEqual([expect.stringMatching(/: 1 unusable .*price of trade .* is "abc"/)]);
    expect(first.trades.timeMs.length).toBe(99);
    expect(first.trades.coverage).toEqual([
      { fromMs: START_MS - 15 * MINUTE_MS, toMs: START_MS - 11 * SECOND_MS },
      { fromMs: START_MS - 9 * SECOND_MS, toMs: START_MS },
    ]);
    const second = await update(rows, START_MS + 100);
    expect(second.trades.timeMs.length).toBe(100);
    expect(second.trades.coverage).toHaveLength(1);
  });

  test("a trade that is known stays one when an answer in between could not be read, or was of a server that is behind", async () => {
    const { update } = openHistory();
    const at = (second: number) => newest(START_MS + second * SECOND_MS, 100);
    await update(at(0), START_MS);
    const broken = at(1).map((row, index) => (index % 2 === 0 ? { ...row, price: "abc" } : row));
    await update(broken, START_MS + SECOND_MS);
    await update(at(2), START_MS + 2 * SECOND_MS);
    await update(at(-5), START_MS - 5 * SECOND_MS);
    const { trades } = await update(at(3), START_MS + 3 * SECOND_MS);
    // Those of the first answer, of 3 s since, and of the 5 s before that the server which is behind still knew.
    expect(trades.timeMs.length).toBe(1_080);
    expect(new Set(trades.timeMs).size).toBe(1_080);
  });

  const unusable: readonly (readonly [string, unknown])[] = [
    ["no id", { execId: "" }],
    ["no quantity", { size: "0" }],
    ["a negative price", { price: "-1" }],
    ["no side", { side: "buy" }],
    ["a time that is not a number", { time: "yesterday" }],
    ["another symbol", { symbol: "ETHUSDT" }],
  ];
  test.each(unusable)("a row with %s is left out", async (_name, fields) => {
    const { update } = openHistory();
    const { trades, problems } = await update([tradeRow("BTCUSDT", START_MS, fields as Row), "x"], START_MS);
    expect(trades.timeMs.length).toBe(0);
    expect(problems).toHaveLength(1);
  });

  test("the taker's side is kept, and block trades are left out, since they are agreed off the book", async () => {
    const { update } = openHistory();
    const rows = [
      tradeRow("BTCUSDT", START_MS - 1, { side: "Sell" }),
      tradeRow("BTCUSDT", START_MS - 2, { side: "Buy", isBlockTrade: true }),
      tradeRow("BTCUSDT", START_MS - 3, { side: "Buy" }),
    ];
    const { trades } = await update(rows, START_MS);
    expect([...trades.takerSide]).toEqual([1, -1]);
  });

  test("within the coverage every trade appears exactly once, at any rate of trades and refreshes", async () => {
    const refresh = fc.record({ waitMs: fc.integer({ min: 1, max: 120_000 }), isLost: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(7, 50, 130, 1000, 9000),
        fc.array(refresh, { maxLength: 8 }),
        async (everyMs, refreshes) => {
          const { update } = openHistory();
          let nowMs = START_MS;
          for (const { waitMs, isLost } of refreshes) {
            nowMs += waitMs;
            if (isLost) {
              continue;
            }
            const { trades } = await update(newest(nowMs, everyMs), nowMs);
            for (const { fromMs, toMs } of trades.coverage) {
              const known = [...trades.timeMs].filter((timeMs) => timeMs >= fromMs && timeMs <= toMs);
              const firstMs = Math.ceil(fromMs / everyMs) * everyMs;
              const expected = Math.floor((toMs - firstMs) / everyMs) + 1;
              expect(known.length).toBe(expected);
            }
          }
        },
      ),
      { numRuns: propertyRuns({ quick: 15, thorough: 300 }) },
    );
  });
});
