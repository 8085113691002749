import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, startTestSimulator, type TestSimulator } from "../testing/test-simulator.ts";

/** "string", "number", ... or, inside objects and lists, the types of their members. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return [...new Set(value.map((inner) => JSON.stringify(shapeOf(inner))))].sort();
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, shapeOf(inner)]),
    );
  }
  return value === null ? "null" : typeof value;
}

function emptyFieldsOf(row: Record<string, unknown>): string[] {
  return Object.keys(row).filter((name) => row[name] === "");
}

describe.runIf(haveRecordings())("answers have the keys and types of the real exchange's", () => {
  let exchange: TestSimulator;
  beforeAll(async () => {
    exchange = await startTestSimulator();
  });
  afterAll(() => exchange.simulator.close());

  const examples = () => (readRecordedBody("documented-examples-2026-07.json") as Answer).examples;

  test.each([
    ["time", "/v5/market/time", 0],
    ["instrument", "/v5/market/instruments-info?category=linear&symbol=BTCUSDT", 0],
    ["kline", "/v5/market/kline?category=linear&symbol=BTCUSDT&interval=60&limit=3", 0],
    ["mark-kline", "/v5/market/mark-price-kline?category=linear&symbol=BTCUSDT&interval=15&limit=1", 0],
    ["index-kline", "/v5/market/index-price-kline?category=linear&symbol=BTCUSDT&interval=1&limit=2", 0],
    ["orderbook", "/v5/market/orderbook?category=linear&symbol=BTCUSDT&limit=50", 0],
    ["recent-trade", "/v5/market/recent-trade?category=linear&symbol=BTCUSDT", 0],
    ["open-interest", "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min", 0],
    ["long-short-ratio", "/v5/market/account-ratio?category=linear&symbol=BTCUSDT&period=1h", 0],
    ["history-fund-rate", "/v5/market/funding/history?category=linear&symbol=ETHPERP", 0],
    ["tickers", "/v5/market/tickers?category=linear&symbol=BTCUSDT", 0],
  ])("documented example %s", async (name, path, index) => {
    const documented = examples()[name][index];
    const answer = await exchange.json(path);
    const withoutNewFields = (body: Answer) => {
      // The documented list of a ticker is of an inverse contract, from before the one-sided figures of 2026.
      for (const row of name === "tickers" ? body.result.list : []) {
        delete row.singleOpenInterest;
        delete row.singleOpenInterestValue;
      }
      return body;
    };
    expect(shapeOf(withoutNewFields(answer))).toEqual(shapeOf(documented));
  });

  test("documented example of a contract before its listing", async () => {
    const documented = examples().instrument[1].result.list[0];
    const [row] = await exchange.list("/v5/market/instruments-info?category=linear&status=PreLaunch");
    expect(shapeOf(row)).toEqual({ ...(shapeOf(documented) as object), symbolId: "number" });
  });

  test.each([
    ["tickers-BTCUSDT-2026-09.json", "/v5/market/tickers?category=linear&symbol=BTCUSDT"],
    [
      "open-interest-BTCUSDT-2026-09.json",
      "/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=1h&limit=25",
    ],
    ["account-ratio-BTCUSDT-2026-09.json", "/v5/market/account-ratio?category=linear&symbol=BTCUSDT&period=1h&limit=1"],
    ["funding-history-BTCUSDT-2026-09.json", "/v5/market/funding/history?category=linear&symbol=BTCUSDT&limit=21"],
  ])("recorded body %s: also the same number of rows, and the same fields are empty", async (file, path) => {
    const recorded = readRecordedBody(file) as Answer;
    const answer = await exchange.json(path);
    expect(shapeOf(answer)).toEqual(shapeOf(recorded));
    expect(answer.result.list).toHaveLength(recorded.result.list.length);
    expect(emptyFieldsOf(answer.result.list[0]).sort()).toEqual(emptyFieldsOf(recorded.result.list[0]).sort());
  });

  test.each([
    ["BTCUSDT", "BTCUSDT"],
    ["BTCPERP", "BTCPERP"],
    ["BTC-29SEP23", "BTCUSDT-25SEP26"],
  ])(
    "the ticker of %s in the full recorded list of 2023 and ours of %s agree on what is empty",
    async (theirs, ours) => {
      const recorded = (readRecordedBody("tickers-linear-2023-08.json") as Answer).result.list;
      const recordedRow = recorded.find((row: Answer) => row.symbol === theirs);
      const [row] = await exchange.list(`/v5/market/tickers?category=linear&symbol=${ours}`);
      expect(Object.keys(row)).toEqual(expect.arrayContaining(Object.keys(recordedRow)));
      const known = new Set(Object.keys(recordedRow));
      expect(
        emptyFieldsOf(row)
          .filter((name) => known.has(name))
          .sort(),
      ).toEqual(emptyFieldsOf(recordedRow).sort());
      expect(row.nextFundingTime === "0").toBe(recordedRow.nextFundingTime === "0");
      expect(row.deliveryTime === "0").toBe(recordedRow.deliveryTime === "0");
    },
  );

  test("errors are the recorded ones", async () => {
    const { cases } = readRecordedBody("error-bodies.json") as Answer;
    const recorded = JSON.parse(cases.find((one: Answer) => one.name.startsWith("bad symbol")).body);
    const answer = await exchange.json("/v5/market/tickers?category=linear&symbol=NOSUCHUSDT");
    expect({ ...answer, time: 0 }).toEqual({ ...recorded, time: 0 });
  });
});
