import type { Ticker } from "@pulseboard/engine";
import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SymbolCollection } from "../gateway/exchange-gateway.ts";
import { openGateway, type TestGateway, whileTimePasses } from "../testing/gateways.ts";
import { envelope, sendJson } from "../testing/test-response.ts";
import { createTinyExchange, type TinyExchange } from "../testing/tiny-exchange.ts";

const OPEN_INTEREST = "/v5/market/open-interest";
const ACCOUNT_RATIO = "/v5/market/account-ratio";
const FUNDING = "/v5/market/funding/history";
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Five seconds after a settlement. */
const START_MS = Date.UTC(2025, 5, 10, 8, 0, 5);

let exchange: TinyExchange;
let open: TestGateway;
let ticker: Ticker;
beforeEach(async () => {
  exchange = createTinyExchange(["BTCUSDT"], START_MS);
  open = openGateway(exchange);
  const market = await open.gateway.collectMarket(open.signal);
  const [first] = market.tickers;
  if (first === undefined) {
    throw new Error("no ticker");
  }
  ticker = first;
});
afterEach(async () => {
  await open[Symbol.asyncDispose]();
});

async function collectAt(nowMs: number): Promise<SymbolCollection> {
  exchange.nowMs = nowMs;
  return whileTimePasses(open.clock, open.gateway.collectSymbol(ticker, nowMs, open.signal));
}

function limitsAsked(path: string): readonly (string | null)[] {
  return exchange.received.filter((request) => request.path === path).map(({ query }) => query.get("limit"));
}

describe("the incremental series", () => {
  test("request each point once in a day of refreshes", async () => {
    for (let minute = 0; minute <= 24 * 60; minute += 5) {
      await collectAt(START_MS + minute * MINUTE_MS);
    }
    expect(limitsAsked(OPEN_INTEREST)).toHaveLength(1 + 288);
    expect(limitsAsked(ACCOUNT_RATIO)).toHaveLength(1 + 24);
    expect(limitsAsked(FUNDING)).toHaveLength(1 + 3);
    expect(limitsAsked(OPEN_INTEREST).slice(0, 2)).toEqual(["200", "2"]);
    const { inputs } = await collectAt(START_MS + 24 * HOUR_MS + 1000);
    const { openInterestBase, longAccountShare, fundingRate8h } = inputs;
    if (!openInterestBase.known || !longAccountShare.known || !fundingRate8h.known) {
      throw new Error("missing");
    }
    // A whole day by now, of which the first request gave 16 h 40 min.
    expect(openInterestBase.value.timeMs.length).toBe(289);
    expect(openInterestBase).toMatchObject({ asOfMs: START_MS - 5000 + 24 * HOUR_MS, periodMs: 5 * MINUTE_MS });
    expect(longAccountShare.value.timeMs.length).toBe(480);
    expect(fundingRate8h.value.timeMs.length).toBe(200);
    for (const { timeMs } of [openInterestBase.value, longAccountShare.value, fundingRate8h.value]) {
      expect(new Set([...timeMs].slice(1).map((t, i) => t - (timeMs[i] ?? 0))).size).toBe(1);
    }
  });

  test("request a late point again, but not with every refresh", async () => {
    await collectAt(START_MS);
    exchange.overrides.set(ACCOUNT_RATIO, (response) => sendJson(response, envelope({ list: [] }, exchange.nowMs)));
    for (let second = 0; second < 600; second += 30) {
      await collectAt(START_MS + HOUR_MS + second * 1000);
    }
    expect(limitsAsked(ACCOUNT_RATIO)).toHaveLength(1 + 2);
    exchange.overrides.clear();
    const { inputs } = await collectAt(START_MS + HOUR_MS + 600_000);
    expect(inputs.longAccountShare).toMatchObject({ known: true, asOfMs: START_MS - 5000 + HOUR_MS });
  });

  test("request everything again while an answer has had rows that cannot be used, and have all points then", async () => {
    const at = (hoursAgo: number) => String(START_MS - 5000 - hoursAgo * HOUR_MS);
    const list = Array.from({ length: 480 }, (_, index) => ({
      buyRatio: index % 2 === 0 ? "0.6" : "NaN",
      sellRatio: "0.4",
      timestamp: at(index),
    }));
    const points = ({ inputs: { longAccountShare } }: SymbolCollection) =>
      longAccountShare.known ? longAccountShare.value.timeMs.length : 0;
    exchange.overrides.set(ACCOUNT_RATIO, (response) => sendJson(response, envelope({ list }, exchange.nowMs)));
    expect(points(await collectAt(START_MS))).toBe(240);
    expect(points(await collectAt(START_MS + 5 * MINUTE_MS))).toBe(240);
    exchange.overrides.clear();
    expect(points(await collectAt(START_MS + 9 * MINUTE_MS))).toBe(240);
    expect(points(await collectAt(START_MS + 10 * MINUTE_MS))).toBe(480);
    await collectAt(START_MS + 20 * MINUTE_MS);
    expect(limitsAsked(ACCOUNT_RATIO)).toEqual(["480", "480", "480"]);
    await collectAt(START_MS + HOUR_MS);
    expect(limitsAsked(ACCOUNT_RATIO).slice(3)).toEqual(["2"]);
  });

  test("are missing, not empty, when the exchange has no points", async () => {
    for (const path of [OPEN_INTEREST, ACCOUNT_RATIO, FUNDING]) {
      exchange.overrides.set(path, (response) => sendJson(response, envelope({ list: [] }, START_MS)));
    }
    const { inputs, problems } = await collectAt(START_MS);
    expect(inputs.openInterestBase).toMatchObject({ known: false, reason: "not_provided" });
    expect(inputs.longAccountShare).toMatchObject({ known: false, reason: "not_provided" });
    expect(inputs.fundingRate8h).toMatchObject({ known: false, reason: "not_provided" });
    expect(problems).toEqual([]);
  });

  test("leave out and count impossible rows, and keep the others", async () => {
    const at = (hoursAgo: number) => String(START_MS - 5000 - hoursAgo * HOUR_MS);
    const list = [
      { buyRatio: "0.6", sellRatio: "0.4", timestamp: at(0) },
      { buyRatio: "0.6", sellRatio: "0.6", timestamp: at(1) },
      { buyRatio: "", sellRatio: "1", timestamp: at(2) },
      { buyRatio: "0.5", sellRatio: "0.5", timestamp: at(3) },
      { buyRatio: "0.5", sellRatio: "0.5", timestamp: at(3) },
      null,
    ];
    exchange.overrides.set(ACCOUNT_RATIO, (response) => sendJson(response, envelope({ list }, START_MS)));
    const { inputs, problems } = await collectAt(START_MS);
    if (!inputs.longAccountShare.known) {
      throw new Error("missing");
    }
    expect([...inputs.longAccountShare.value.value]).toEqual([0.5, 0.6]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(/: 4 unusable .*sellRatio is "0.6"/);
  });

  test("give one side of the open interest: as given, or else half of both sides", async () => {
    const list = [
      { openInterest: "2000", singleOpenInterest: "999", timestamp: String(START_MS - 5000) },
      { openInterest: "2000", timestamp: String(START_MS - 305_000) },
      { openInterest: "", singleOpenInterest: "", timestamp: String(START_MS - 605_000) },
    ];
    exchange.overrides.set(OPEN_INTEREST, (response) => sendJson(response, envelope({ list }, START_MS)));
    const { inputs, problems } = await collectAt(START_MS);
    if (!inputs.openInterestBase.known) {
      throw new Error("missing");
    }
    expect([...inputs.openInterestBase.value.value]).toEqual([1000, 999]);
    expect(problems).toHaveLength(1);
  });
});

describe("settled funding", () => {
  test("is normalised to 8 h by the interval that was valid at its time, though the contract's interval has changed since", async () => {
    const hours = [0, 4, 8, 16, 24];
    const list = hours.map((ago) => ({
      symbol: "BTCUSDT",
      fundingRate: "0.0001",
      fundingRateTimestamp: String(START_MS - 5000 - ago * HOUR_MS),
    }));
    exchange.overrides.set(FUNDING, (response) => sendJson(response, envelope({ list }, START_MS)));
    ticker = { ...ticker, fundingIntervalHours: 4 };
    const { inputs } = await collectAt(START_MS);
    if (!inputs.fundingRate8h.known) {
      throw new Error("missing");
    }
    // The oldest has none before it: today's interval stands in.
    expect([...inputs.fundingRate8h.value.value]).toEqual([0.0002, 0.0001, 0.0001, 0.0002, 0.0002]);
    expect(inputs.fundingRate8h.periodMs).toBe(4 * HOUR_MS);
  });
});

describe.skipIf(!haveRecordings())("recorded histories of 2026-09", () => {
  test("are read without a row error", async () => {
    for (const [path, name] of [
      [OPEN_INTEREST, "open-interest-BTCUSDT-2026-09.json"],
      [ACCOUNT_RATIO, "account-ratio-BTCUSDT-2026-09.json"],
      [FUNDING, "funding-history-BTCUSDT-2026-09.json"],
    ] as const) {
      exchange.overrides.set(path, (response) => sendJson(response, readRecordedBody(name)));
    }
    const { inputs, problems } = await collectAt(START_MS);
    expect(problems).toEqual([]);
    expect(inputs.openInterestBase).toMatchObject({ known: true, asOfMs: 1_788_908_400_000 });
    expect(inputs.longAccountShare).toMatchObject({ known: true, asOfMs: 1_788_908_400_000 });
    expect(inputs.fundingRate8h).toMatchObject({ known: true, asOfMs: 1_788_883_200_000 });
    if (!inputs.openInterestBase.known || !inputs.fundingRate8h.known) {
      throw new Error("missing");
    }
    expect(inputs.openInterestBase.value.value.at(-1)).toBe(28_202.477);
    expect(inputs.fundingRate8h.value.value.at(-1)).toBe(0.00005769);
  });
});
