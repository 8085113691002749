import { generateMarket } from "@pulseboard/testing/generated-market";
import { expect, it } from "vitest";
import type { SymbolInputs } from "../domain/symbol-inputs.ts";
import { describeLaw } from "../testing/describe-law.ts";
import { mapInput } from "../testing/reflect.ts";
import { signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

const market = generateMarket({ seed: 5, candles: 150, trades: 100, levels: 20 });
const YEAR_MS = 365 * 86_400_000;
const statusOf = (inputs: SymbolInputs, name: string) => scoreSymbol(inputs).inputs.find(({ input }) => input === name);

it.each<[string, (agoMs: number) => SymbolInputs, number]>([
  [
    "candles_5m",
    (agoMs) => {
      const old = mapInput(market.candles["5m"], (c) => ({ ...c, openTimeMs: c.openTimeMs.map((t) => t - agoMs) }));
      return { ...market, candles: { ...market.candles, "5m": old } };
    },
    300_000,
  ],
  [
    "funding_rate",
    (agoMs) => ({
      ...market,
      fundingRate8h: mapInput(market.fundingRate8h, (s) => ({ ...s, timeMs: s.timeMs.map((t) => t - agoMs) })),
    }),
    28_800_000,
  ],
  [
    "book",
    (agoMs) => ({ ...market, book: mapInput(market.book, (b) => ({ ...b, timeMs: b.timeMs - agoMs })) }),
    30_000,
  ],
])("%s that ended long ago are as old as that, whatever asOfMs says", (name, ended, periodMs) => {
  expect(statusOf(ended(YEAR_MS), name)).toMatchObject({ ageMs: YEAR_MS, fresh: false, reason: "stale_input" });
  expect(statusOf(ended(2 * periodMs), name)).toMatchObject({ ageMs: 2 * periodMs, fresh: false, reason: null });
  expect(statusOf(ended(2 * periodMs - 1), name)).toMatchObject({ ageMs: 0, fresh: true });
});

it("liquidations of which nothing is left say nothing", () => {
  const old = mapInput(market.liquidations, (l) => ({ ...l, timeMs: l.timeMs.map((t) => t - YEAR_MS) }));
  expect(signalTable(scoreSymbol({ ...market, liquidations: old }))["sentiment.liquidations"]).toBe("no_activity");
});

describeLaw("law 5: what is scored as of an earlier now is refused, or does not know of later data", 6, (whole) => {
  const nowMs = whole.nowMs - 7 * 60_000;
  const none = { known: false, reason: "not_provided", periodMs: 60_000 } as const;
  const candlesOnly = {
    ...whole,
    nowMs,
    ticker: none,
    book: none,
    trades: none,
    openInterestBase: none,
    longAccountShare: none,
    fundingRate8h: none,
    liquidations: none,
  };
  const before = scoreSymbol(candlesOnly);
  expect(before.inputs.every(({ ageMs }) => ageMs === null || ageMs >= 0)).toBe(true);
  for (const key of [
    "ticker",
    "book",
    "trades",
    "openInterestBase",
    "longAccountShare",
    "fundingRate8h",
    "liquidations",
  ] as const) {
    const input = whole[key];
    if (input.known && input.asOfMs > nowMs + 60_000) {
      expect(() => scoreSymbol({ ...candlesOnly, [key]: input })).toThrow(`${key}.asOfMs`);
    }
  }
  const cut = (column: Float64Array, keep: number) => column.subarray(0, keep);
  const candles = Object.fromEntries(
    Object.entries(whole.candles).map(([timeframe, input]) => [
      timeframe,
      mapInput(input, (c) => {
        const keep = c.openTimeMs.filter((t) => t + c.intervalMs <= nowMs).length;
        return {
          intervalMs: c.intervalMs,
          openTimeMs: cut(c.openTimeMs, keep),
          open: cut(c.open, keep),
          high: cut(c.high, keep),
          low: cut(c.low, keep),
          close: cut(c.close, keep),
          volumeBase: cut(c.volumeBase, keep),
        };
      }),
    ]),
  ) as unknown as SymbolInputs["candles"];
  expect(signalTable(scoreSymbol({ ...candlesOnly, candles }))).toEqual(signalTable(before));
});
