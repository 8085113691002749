import { exampleDocuments } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { checkAlerts } from "./check-alerts.mts";
import { checkCounts, checkInputs, checkOthers } from "./check-inputs.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { ANALYSIS_PATH } from "./snapshot-paths.mts";

const AT = 1_780_000_000;
const SILENT = { symbols: ["BTCUSDT"], fromMs: (AT - 5) * 1000, toMs: (AT + 2) * 1000 };
const HOW = { periodMs: 1_000, silences: [SILENT] };

const inputOf = (input: string, ageS: number | null, more: object = {}) => ({
  input,
  as_of: ageS === null ? null : AT - ageS,
  age_s: ageS,
  count: 1,
  fresh: ageS !== null && ageS < 2,
  reason: ageS === null ? ("not_provided" as const) : ageS < 10 ? null : ("stale_input" as const),
  ...more,
});
const analysisOf = (symbol: string, ...inputs: ReturnType<typeof inputOf>[]) => ({ symbol, as_of: AT, inputs });

describe("inputs", () => {
  it("may be old, if they say so", () => {
    const inputs = [
      inputOf("book", 6),
      inputOf("trades", 12),
      inputOf("candles_1m", 40),
      inputOf("liquidations", null),
    ];
    expect(checkInputs(analysisOf("BTCUSDT", inputOf("ticker", 0), ...inputs), HOW)).toEqual([]);
    expect(checkInputs(analysisOf("ETHUSDT", inputOf("book", 0)), HOW)).toEqual([]);
  });

  it.each([
    ["an age that is not that of its time", inputOf("candles_1m", 40, { age_s: 1 }), "1 s old, from"],
    ["too old to be fresh", inputOf("book", 6, { fresh: true }), "fresh is true"],
    ["too old to be used", inputOf("trades", 12, { reason: null }), "reason is null"],
    ["never had, without a reason", inputOf("book", null, { reason: null }), "without a reason"],
    ["of a time without answers", inputOf("book", 1), "said nothing about the symbol"],
  ])("%s", (_name, input, found) => {
    expect(checkInputs(analysisOf("BTCUSDT", input), HOW).join()).toContain(found);
  });

  it("of the time after a silence are not looked at", () => {
    const over = { ...SILENT, toMs: AT * 1000 + 500 };
    expect(checkInputs(analysisOf("BTCUSDT", inputOf("book", 0)), { ...HOW, silences: [over] })).toEqual([]);
  });
});

it("the others are scored with a book of the time in which some fail", () => {
  const seen = (ageS: number) => [
    {
      bodies: new Map<string, unknown>([
        [`${ANALYSIS_PATH}BTCUSDT`, analysisOf("BTCUSDT", inputOf("book", 9))],
        [`${ANALYSIS_PATH}ETHUSDT`, analysisOf("ETHUSDT", inputOf("book", ageS))],
      ]),
    },
  ];
  expect(checkOthers(seen(1), SILENT)).toEqual([]);
  expect(checkOthers(seen(9), SILENT).join()).toContain("ETHUSDT: not renewed");
});

describe("a snapshot", () => {
  const { snapshot, alerts } = exampleDocuments();
  const withScores = (scores: object) => ({
    ...snapshot,
    sections: { ...snapshot.sections, scores: { ...snapshot.sections.scores, ...scores } },
  });

  it("counts the symbols that it lists, and has a reason for one that is missing", () => {
    expect(checkCounts(snapshot)).toEqual([]);
    expect(checkCounts(withScores({ expected: 5, reason: "not_provided" }))).toEqual([]);
    expect(checkCounts(withScores({ expected: 5 })).join()).toContain("3 of 5, without a reason");
    expect(checkCounts(withScores({ received: 2 })).join()).toContain("3 are listed, and 2 received");
    expect(checkCounts(withScores({ received: 5 })).join()).toContain("5 are received, and 3 listed");
  });

  it("has the price of a signal that it brings in the symbol's row, or the ledger has it in that second", () => {
    const [row] = snapshot.confluence_scores;
    const signal = alerts?.alerts.find((each) => each.alert_type === "signal");
    if (row === undefined || signal?.alert_type !== "signal") {
      throw new Error("the example has no signal");
    }
    const ledger = { rowAt: () => ({ price: 7 }) } as unknown as MarketLedger;
    const found = (price: number, second = AT) => {
      const alert = { ...signal, symbol: row.symbol, unix_timestamp: second, details: { ...signal.details, price } };
      return checkAlerts([alert], withScores({ as_of: AT }), ledger);
    };
    expect([...found(row.price), ...found(7), ...found(8, AT - 60)]).toEqual([]);
    expect(found(8).join()).toContain(`${row.symbol}'s price is 8`);
  });
});
