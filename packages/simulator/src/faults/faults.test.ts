import { connect } from "node:net";
import { haveRecordings, readRecordedBody } from "@pulseboard/testing/recordings";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Answer, NOON_MS, startTestSimulator, type TestSimulator } from "../testing/test-simulator.ts";
import { FAULT_NAMES } from "./catalogue.ts";
import { FAULT_ENDPOINTS } from "./fault-board.ts";

const KLINE = "/v5/market/kline";
const QUESTIONS: Readonly<Record<string, string>> = {
  "/v5/market/time": "",
  "/v5/market/instruments-info": "?category=linear",
  "/v5/market/tickers": "?category=linear",
  "/v5/market/kline": "?symbol=BTCUSDT&interval=5",
  "/v5/market/mark-price-kline": "?symbol=BTCUSDT&interval=5",
  "/v5/market/index-price-kline": "?symbol=BTCUSDT&interval=5",
  "/v5/market/orderbook": "?category=linear&symbol=BTCUSDT",
  "/v5/market/recent-trade": "?category=linear&symbol=BTCUSDT",
  "/v5/market/open-interest": "?category=linear&symbol=BTCUSDT&intervalTime=5min",
  "/v5/market/account-ratio": "?category=linear&symbol=BTCUSDT&period=1h",
  "/v5/market/funding/history": "?category=linear&symbol=BTCUSDT",
  "/api/v3/global": "",
  "/v1/global": "",
  "/fng/": "",
};

let exchange: TestSimulator;
beforeAll(async () => {
  exchange = await startTestSimulator();
});
afterEach(() => exchange.simulator.clearFaults());
afterAll(() => exchange.simulator.close());

function fault(name: string, endpoint = KLINE): void {
  exchange.simulator.setFault({ endpoint, fault: name });
}

function question(endpoint = KLINE): string {
  return endpoint + (QUESTIONS[endpoint] ?? "");
}

/** Reads from a connection until it ends or `isEnough`, and then while two more requests are answered. */
async function rawAnswer(path: string, isEnough: (received: ReturnType<typeof split>) => boolean = () => false) {
  const socket = connect(Number(new URL(exchange.simulator.url).port), "127.0.0.1");
  const chunks: Buffer[] = [];
  const received = () => split(Buffer.concat(chunks).toString("utf8"));
  let how = "open";
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (isEnough(received())) {
        resolve();
      }
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      how = error.code ?? "error";
    });
    socket.on("end", () => {
      how = "end";
    });
    socket.once("close", () => resolve());
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`, () => {
      if (isEnough(received())) {
        resolve();
      }
    });
  });
  await exchange.ask("/__stats");
  await exchange.ask("/__stats");
  const result = { ...received(), how };
  socket.destroy();
  return result;
}

function split(text: string) {
  const promised = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
  return { text, promised, body: text.split("\r\n\r\n").slice(1).join("\r\n\r\n") };
}

describe("unusable bodies with status 200", () => {
  test("truncated: valid HTTP around half of the JSON", async () => {
    const whole = (await exchange.ask(question())).text;
    fault("truncated");
    const { status, text, contentType } = await exchange.ask(question());
    expect([status, contentType]).toEqual([200, "application/json; charset=utf-8"]);
    expect(whole.startsWith(text)).toBe(true);
    expect(text.length).toBe(Math.floor(whole.length / 2));
    expect(() => JSON.parse(text)).toThrow();
  });

  test.each([
    ["empty_body", ""],
    ["null_body", "null"],
    ["empty_object", "{}"],
    ["empty_array", "[]"],
  ])("%s", async (name, body) => {
    fault(name);
    expect(await exchange.ask(question())).toMatchObject({ status: 200, text: body });
  });

  test("html_200", async () => {
    fault("html_200");
    const { status, text, contentType } = await exchange.ask(question());
    expect([status, contentType]).toEqual([200, "text/html; charset=utf-8"]);
    expect(text).toMatch(/^<html>/);
  });

  test("result_null and list_missing, of the exchange and of the reference data", async () => {
    fault("result_null");
    expect(await exchange.json(question())).toMatchObject({ retCode: 0, result: null });
    exchange.simulator.setFault({ endpoint: "*", fault: "list_missing" });
    expect((await exchange.json(question())).result).toEqual({});
    expect(await exchange.json("/api/v3/global")).toEqual({ data: {} });
    expect(await exchange.json("/fng/")).toMatchObject({ name: "Fear and Greed Index", data: {} });
    expect(await exchange.json("/v1/global")).toEqual({});
  });

  test("bad_gzip: claims to be gzip and is not", async () => {
    fault("bad_gzip");
    await expect(exchange.ask(question())).rejects.toThrow();
    expect((await rawAnswer(question(), ({ body, promised }) => body.length >= promised)).text).toMatch(
      /content-encoding: gzip/i,
    );
  });
});

describe("bad_numbers", () => {
  const badOnes = ["", "abc", "-1", "NaN"];

  test("damages every other row, from the first on, and mostly leaves its time alone", async () => {
    const good = await exchange.list(question());
    fault("bad_numbers");
    const bad = await exchange.list(question());
    expect(bad).toHaveLength(good.length);
    bad.forEach((row: string[], index) => {
      const damaged = row.filter((value, column) => value !== good[index][column]);
      expect(damaged.length).toBe(index % 2 === 1 ? 0 : index % 10 === 8 ? 1 : 6);
      expect(damaged.every((value) => badOnes.includes(value))).toBe(true);
    });
    expect(new Set(bad.flat().filter((value: string) => badOnes.includes(value)))).toEqual(new Set(badOnes));
  });

  test.each(Object.keys(QUESTIONS))("damages numbers at %s, in well-formed JSON", async (endpoint) => {
    const good = await exchange.json(question(endpoint));
    fault("bad_numbers", endpoint);
    const bad = await exchange.json(question(endpoint));
    const leaves = (value: Answer): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
    const before = leaves(good);
    const after = leaves(bad);
    expect(after).toHaveLength(before.length);
    const changed = after.filter((value, index) => value !== before[index]);
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.every((value) => badOnes.includes(String(value)))).toBe(true);
    expect(bad.retCode).toBe(good.retCode);
  });
});

describe("error codes", () => {
  test.each([
    ["code_10000", 10000, /timeout/i],
    ["code_10001", 10001, /^params error/],
    ["code_10001_symbols", 10001, /^Not supported symbols$/],
    ["code_10006", 10006, /^Too many visits!$/],
    ["code_10009", 10009, /^Service Restricted$/],
    ["code_10016_timeout", 10016, /^Request timeout/],
    ["code_10016_server", 10016, /^System error/],
    ["code_10429", 10429, /./],
    ["code_unknown", 99_999, /./],
  ])("%s: HTTP 200 and the envelope with its retCode", async (name, retCode, retMsg) => {
    fault(name);
    const answer = await exchange.json(question());
    expect(answer).toMatchObject({ retCode, retMsg: expect.stringMatching(retMsg), result: {}, retExtInfo: {} });
    expect(answer.time).toBe(exchange.simulator.marketTimeMs());
  });
});

describe.runIf(haveRecordings())("the recorded error bodies of the real exchange", () => {
  const { cases } = haveRecordings() ? (readRecordedBody("error-bodies.json") as Answer) : { cases: [] };
  // Some are quoted without the rest of their envelope; the gateway's page is CloudFront's here.
  test.each([
    ["rate limit (UID/endpoint)", "code_10006"],
    ["rate limit, long text", "rate_403_json"],
    ["IP limit 600 req / 5 s breached", "rate_ban_403"],
    ["geo block json", "geo_block_json"],
    ["geo block html", "geo_block_html"],
    ["bad symbol (kline/tickers)", "code_10001_symbols"],
    ["params error", "code_10001"],
    ["server timeout", "code_10016_timeout"],
    ["server error", "code_10016_server"],
    ["service restricted", "code_10009"],
  ])("%s is the answer of %s", async (collected, name) => {
    const { status, body, headers } = cases.find((one: Answer) => one.name === collected);
    fault(name);
    const answer = await exchange.ask(question());
    expect(answer.status).toBe(status);
    for (const header of Object.keys(headers ?? {})) {
      expect([header, answer.headers.has(header)]).toEqual([header, true]);
    }
    if (!body.startsWith("{")) {
      return expect(textOf(answer.text)).toContain(textOf(body).slice(-60));
    }
    const { time, ...known } = JSON.parse(body);
    expect(JSON.parse(answer.text)).toMatchObject(known);
  });
});

/** The visible text of a page. */
function textOf(html: string): string {
  return html
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

describe("answers of another time", () => {
  const TICKERS = "/v5/market/tickers";
  let moving: TestSimulator;
  beforeAll(async () => {
    moving = await startTestSimulator({ speed: 1 });
  });
  afterEach(() => moving.simulator.clearFaults());
  afterAll(() => moving.simulator.close());
  const tickersNow = () => moving.json(question(TICKERS));
  /** What a simulator of this market says at that time without a fault. */
  const tickersAt = async (startAtMs: number) => {
    const { seed, symbolCount } = { seed: 7, symbolCount: 40 };
    const market = { kind: "generated", seed, symbolCount, listingsAtMs: NOON_MS } as const;
    const other = await startTestSimulator({ market, startAtMs });
    const answer = await other.json(question(TICKERS));
    await other.simulator.close();
    return answer;
  };

  test.each([
    ["lagging", 60_000],
    ["gone_back", 300_000],
  ])("%s: everything in the answer is as it was then", async (name, behindMs) => {
    await moving.clock.advance(100_000);
    moving.simulator.setFault({ endpoint: "*", fault: name });
    const thenMs = moving.simulator.marketTimeMs() - behindMs;
    expect(await tickersNow()).toEqual(await tickersAt(thenMs));
    const time = await moving.json("/v5/market/time");
    expect([time.time, time.result.timeSecond]).toEqual([thenMs, String(Math.floor(thenMs / 1000))]);
    const trades = await moving.list(question("/v5/market/recent-trade"));
    expect(Math.max(...trades.map((trade) => Number(trade.time)))).toBeLessThanOrEqual(thenMs);
    // Time goes on from there.
    await moving.clock.advance(1500);
    expect((await tickersNow()).time).toBe(thenMs + 1500);
  });

  test("frozen: the same answers again and again, beside a header that says the market moves", async () => {
    const before = await tickersNow();
    moving.simulator.setFault({ endpoint: TICKERS, fault: "frozen" });
    await moving.clock.advance(70_000);
    expect(await tickersNow()).toEqual(before);
    const { headers } = await moving.ask(question(TICKERS));
    expect(headers.get("x-pulseboard-market-speed")).toBe("1");
    moving.simulator.clearFaults();
    expect((await tickersNow()).time).toBe(before.time + 70_000);
  });

  test("wrong_time: one answer with the figures of now, dated an hour ahead", async () => {
    const right = await tickersNow();
    moving.simulator.setFault({ endpoint: TICKERS, fault: "wrong_time" });
    expect(await moving.json("/v5/market/time")).toMatchObject({ time: right.time });
    expect(await tickersNow()).toEqual({ ...right, time: right.time + 3_600_000 });
    expect(await tickersNow()).toEqual(right);
    moving.simulator.setFault({ endpoint: "*", fault: "wrong_time" });
    const { result } = await moving.json("/v5/market/time");
    expect(result.timeSecond).toBe(String(Math.floor(right.time / 1000) + 3600));
  });
});

describe("statuses", () => {
  test.each([400, 401, 404, 418, 429])("http_%s: a line of text", async (status) => {
    fault(`http_${status}`);
    const answer = await exchange.ask(question());
    expect(answer).toMatchObject({ status, contentType: "text/plain; charset=utf-8" });
    expect(answer.text).toMatch(String(status));
  });

  test.each([500, 502, 503, 504, 505, 520, 524])("http_%s: a page of CloudFront", async (status) => {
    fault(`http_${status}`);
    const answer = await exchange.ask(question());
    expect(answer).toMatchObject({ status, contentType: "text/html; charset=utf-8" });
    expect(answer.headers.get("server")).toBe("CloudFront");
    expect(answer.text).toMatch(/Generated by cloudfront/);
  });

  test.each([
    ["rate_ban_403", "text/plain; charset=utf-8", /^403, access too frequent$/],
    ["rate_403_json", "application/json; charset=utf-8", /"retCode":10006/],
    ["geo_block_json", "application/json; charset=utf-8", /^\{"error":"The Amazon CloudFront .* your country"\}$/],
    ["geo_block_html", "text/html; charset=utf-8", /block access from your country/],
  ])("%s: one of the four kinds of 403, without a ban", async (name, contentType, text) => {
    fault(name);
    expect(await exchange.ask(question())).toMatchObject({
      status: 403,
      contentType,
      text: expect.stringMatching(text),
    });
    exchange.simulator.clearFaults();
    expect((await exchange.ask(question())).status).toBe(200);
    expect(exchange.simulator.stats().bans_given).toBe(0);
  });

  test("redirect", async () => {
    fault("redirect");
    const response = await fetch(exchange.simulator.url + question(), { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/moved"]);
  });
});

describe("connections", () => {
  test("stalled_body: half of the promised body, and the connection stays open", async () => {
    fault("stalled_body");
    const { text, promised, body, how } = await rawAnswer(
      question(),
      (received) => received.body.length >= Math.floor(received.promised / 2),
    );
    expect(text).toMatch(/^HTTP\/1.1 200 OK/);
    expect(body.length).toBe(Math.floor(promised / 2));
    expect(how).toBe("open");
  });

  test("slow_headers: no byte, and the connection stays open", async () => {
    fault("slow_headers");
    expect(await rawAnswer(question(), () => true)).toMatchObject({ text: "", how: "open" });
    expect(exchange.simulator.stats().faults_met).toHaveProperty("slow_headers");
  });

  test("reset: the connection breaks before the first byte", async () => {
    fault("reset");
    expect(await rawAnswer(question())).toMatchObject({ text: "", how: "ECONNRESET" });
  });

  test("reset_mid_body: the connection breaks in the middle of the body", async () => {
    fault("reset_mid_body");
    const { text, promised, body, how } = await rawAnswer(question());
    expect(text).toMatch(/^HTTP\/1.1 200 OK/);
    expect(body.length).toBeGreaterThan(0);
    expect(body.length).toBeLessThan(promised);
    expect(how).toBe("ECONNRESET");
  });

  test("a hanging connection does not keep the simulator from closing", async () => {
    const own = await startTestSimulator();
    own.simulator.setFault({ endpoint: "*", fault: "slow_headers" });
    const hanging = own.ask(question()).catch((error: Error) => error);
    while (own.simulator.stats().total === 0) {
      await own.ask("/__stats");
    }
    await own.simulator.close();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

test("every fault can be switched on for all endpoints, and changes the answer of each that can have it", async () => {
  // Two keep everybody waiting, one is met once, and a market that stands still is frozen without a fault.
  const others = ["slow_headers", "stalled_body", "wrong_time", "frozen"];
  const quick = FAULT_NAMES.filter((name) => !others.includes(name));
  for (const name of quick) {
    exchange.simulator.clearFaults();
    const before = await Promise.all(FAULT_ENDPOINTS.map((endpoint) => exchange.ask(question(endpoint))));
    fault(name, "*");
    const after = await Promise.all(
      FAULT_ENDPOINTS.map((endpoint) => exchange.ask(question(endpoint)).catch((error: Error) => error)),
    );
    const unchanged = FAULT_ENDPOINTS.filter((_, index) => {
      const [was, is] = [before[index], after[index]];
      return !(is instanceof Error) && is?.status === 200 && is.text === was?.text;
    });
    const exchangeOnly = /^(code_|rate_403_json|lagging|gone_back)/.test(name);
    expect([name, unchanged]).toEqual([name, exchangeOnly ? ["/api/v3/global", "/v1/global", "/fng/"] : []]);
    await exchange.clock.advance(5000);
  }
});
