import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createReferenceGateway } from "./create-reference-gateway.ts";
import { EXCHANGE_DURATIONS } from "./durations.ts";
import type { ReferenceCollection, ReferenceGateway } from "./gateway/reference-gateway.ts";
import { type Handler, type HostileServer, startHostileServer } from "./testing/hostile-server.ts";
import { sendJson, sendText } from "./testing/test-response.ts";

const GECKO = "/api/v3/global";
const PAPRIKA = "/v1/global";
const FNG = "/fng/";
const MINUTE_MS = 60_000;

const gecko = {
  data: {
    active_cryptocurrencies: 17_000,
    total_market_cap: { btc: 30e6, usd: 3.4e12 },
    market_cap_percentage: { btc: 62.5, eth: 9.25, usdt: 4.5, usdc: 1.75, xrp: 3 },
    market_cap_change_percentage_24h_usd: -1.25,
    updated_at: 1_749_556_700,
  },
};
const paprika = {
  market_cap_usd: 3.3e12,
  bitcoin_dominance_percentage: 61.5,
  market_cap_change_24h: -1.5,
  last_updated: 1_749_556_650,
};
const fng = {
  name: "Fear and Greed Index",
  data: [{ value: "71", value_classification: "Greed", timestamp: "1749513600", time_until_update: "43000" }],
  metadata: { error: null },
};

let server: HostileServer;
let clock: FakeClock;
let gateway: ReferenceGateway;
const answers = new Map<string, Handler>();
const signal = new AbortController().signal;

beforeEach(async () => {
  answers.clear();
  answers.set(GECKO, (response) => sendJson(response, gecko));
  answers.set(PAPRIKA, (response) => sendJson(response, paprika));
  answers.set(FNG, (response) => sendJson(response, fng));
  server = await startHostileServer((response, request, raw) => answers.get(request.path)?.(response, request, raw));
  clock = createFakeClock();
  gateway = createReferenceGateway({ baseUrl: server.url, clock, random: () => 0, durations: EXCHANGE_DURATIONS });
});
afterEach(async () => {
  await gateway.close();
  await server[Symbol.asyncDispose]();
});

function collect(): Promise<ReferenceCollection> {
  return gateway.collectReference(signal);
}

describe("reference data", () => {
  test("comes from CoinGecko and alternative.me, with their own times", async () => {
    expect(await collect()).toEqual({
      globalMarket: {
        source: "coingecko",
        asOfMs: 1_749_556_700_000,
        value: {
          totalMarketCapUsd: 3.4e12,
          marketCapChange24hPercent: -1.25,
          btcDominancePercent: 62.5,
          ethDominancePercent: 9.25,
          usdtDominancePercent: 4.5,
          usdcDominancePercent: 1.75,
        },
      },
      fearGreed: { source: "alternative.me", asOfMs: 1_749_513_600_000, value: { value: 71, label: "Greed" } },
      problems: [],
    });
    expect(server.countOf(PAPRIKA)).toBe(0);
  });

  test("is requested every 5 min, fear and greed hourly, however often it is collected", async () => {
    for (let second = 0; second < 3600; second += 30) {
      await collect();
      await clock.advance(30_000);
    }
    expect(server.countOf(GECKO)).toBeGreaterThanOrEqual(11);
    expect(server.countOf(GECKO)).toBeLessThanOrEqual(12);
    expect(server.countOf(FNG)).toBe(1);
    await clock.advance(MINUTE_MS);
    await collect();
    expect(server.countOf(FNG)).toBe(2);
  });

  test("falls back to CoinPaprika when CoinGecko fails, and reports the failure once", async () => {
    answers.set(GECKO, (response) => sendText(response, 429, "slow down", { "retry-after": "900" }));
    const first = await collect();
    expect(first.globalMarket).toEqual({
      source: "coinpaprika",
      asOfMs: 1_749_556_650_000,
      value: {
        totalMarketCapUsd: 3.3e12,
        marketCapChange24hPercent: -1.5,
        btcDominancePercent: 61.5,
        ethDominancePercent: null,
        usdtDominancePercent: null,
        usdcDominancePercent: null,
      },
    });
    expect(first.problems).toMatchObject([{ endpoint: GECKO, code: "reference_rate_limited", symbol: null }]);
    expect((await collect()).problems).toEqual([]);
    // It asked for 15 minutes of rest.
    await clock.advance(10 * MINUTE_MS);
    await collect();
    expect(server.countOf(GECKO)).toBe(1);
    expect(server.countOf(PAPRIKA)).toBe(2);
  });

  test("keeps its source during a short failure of CoinGecko, which knows more and counts differently", async () => {
    await collect();
    answers.set(GECKO, (response) => sendText(response, 503, "down"));
    for (const minutes of [6, 10, 12]) {
      await clock.advance(minutes * MINUTE_MS);
      expect((await collect()).globalMarket?.source).toBe("coingecko");
    }
    await clock.advance(3 * MINUTE_MS);
    expect((await collect()).globalMarket?.source).toBe("coinpaprika");
  });

  test("keeps the last good values with their time when all services fail, and asks them rarely", async () => {
    await collect();
    for (const path of [GECKO, PAPRIKA, FNG]) {
      answers.set(path, (response) => sendText(response, 503, ""));
    }
    const before = server.received.length;
    let collection = await collect();
    for (let minute = 0; minute < 240; minute++) {
      await clock.advance(MINUTE_MS);
      collection = await collect();
    }
    expect(collection.globalMarket).toMatchObject({ source: "coingecko", asOfMs: 1_749_556_700_000 });
    expect(collection.fearGreed).toMatchObject({ value: { value: 71 }, asOfMs: 1_749_513_600_000 });
    // 5, 10, 20, 40, 60 ... minutes apart, for each of three.
    expect(server.received.length - before).toBeLessThan(25);
    for (const path of [GECKO, PAPRIKA, FNG]) {
      answers.delete(path);
    }
    answers.set(GECKO, (response) => sendJson(response, { data: { ...gecko.data, updated_at: 1_749_570_000 } }));
    answers.set(FNG, (response) => sendJson(response, fng));
    await clock.advance(61 * MINUTE_MS);
    expect((await collect()).globalMarket).toMatchObject({ asOfMs: 1_749_570_000_000 });
  });

  test("is null where the source gives nothing, and has the time of receipt where the source gives no time", async () => {
    answers.set(GECKO, (response) =>
      sendJson(response, { data: { total_market_cap: { usd: 1e12 }, market_cap_percentage: { btc: 60 } } }),
    );
    const { globalMarket } = await collect();
    expect(globalMarket?.value).toMatchObject({
      btcDominancePercent: 60,
      ethDominancePercent: null,
      marketCapChange24hPercent: null,
    });
    expect(globalMarket?.asOfMs).toBe(clock.nowMs());
  });

  const bad: readonly (readonly [string, Handler, string])[] = [
    ["a web page", (response) => sendText(response, 200, "<html>"), "reference_bad_body"],
    ["an empty body", (response) => sendText(response, 200, ""), "reference_bad_body"],
    ["half a JSON", (response) => sendText(response, 200, JSON.stringify(fng).slice(0, 30)), "reference_bad_body"],
    ["no data", (response) => sendJson(response, { data: [] }), "reference_bad_body"],
    [
      "an empty value",
      (response) => sendJson(response, { data: [{ ...fng.data[0], value: "" }] }),
      "reference_bad_body",
    ],
    [
      "a value of 400",
      (response) => sendJson(response, { data: [{ ...fng.data[0], value: "400" }] }),
      "reference_bad_body",
    ],
    [
      "a number for the label",
      (response) => sendJson(response, { data: [{ ...fng.data[0], value_classification: 5 }] }),
      "reference_bad_body",
    ],
    ["two megabytes", (response) => sendText(response, 200, `"${"x".repeat(2e6)}"`), "reference_bad_body"],
    ["403", (response) => sendText(response, 403, ""), "reference_refused"],
    ["500", (response) => sendText(response, 500, ""), "reference_unavailable"],
    [
      "a redirect",
      (response) => sendText(response, 302, "", { location: "http://127.0.0.1:1/" }),
      "reference_unreachable",
    ],
    ["a reset", (_response, _request, raw) => raw.socket.resetAndDestroy(), "reference_unreachable"],
    ["no answer", () => undefined, "reference_timeout"],
    ["a stalled body", (response) => void response.writeHead(200).write("{"), "reference_timeout"],
  ];
  test.each(bad)(
    "reports %s as one problem with one clear sentence, and has no value",
    async (_name, handler, code) => {
      answers.set(FNG, handler);
      const collecting = collect();
      if (code === "reference_timeout") {
        await server.nextRequest(FNG);
        await clock.advance(EXCHANGE_DURATIONS.referenceTimeoutMs);
      }
      const { fearGreed, globalMarket, problems } = await collecting;
      expect(fearGreed).toBeNull();
      expect(globalMarket?.source).toBe("coingecko");
      expect(problems).toMatchObject([{ endpoint: FNG, code, symbol: null }]);
      expect(problems[0]?.message).toMatch(/^127\.0\.0\.1:\d+\/fng\/: [^\n]+\.$/);
      expect(problems[0]?.hint).toBeTruthy();
    },
  );

  test("ends the requests under way when it is closed", async () => {
    answers.set(GECKO, () => undefined);
    const collecting = gateway.collectReference(signal);
    await server.nextRequest(GECKO);
    await gateway.close();
    await expect(collecting).rejects.toThrow("closed");
  });
});
