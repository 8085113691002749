import { systemClock } from "@pulseboard/runtime";
import { type Simulator, startSimulator } from "@pulseboard/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, createHttpClient, type HttpClient, type NoAnswer } from "../../operator/http-client.ts";
import { checkAssumptions } from "./check-assumptions.ts";
import { ASSUMPTION_DURATIONS, gather } from "./gather.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reaches into answers at will.
type Body = any;

let simulator: Simulator;
let honest: HttpClient;

beforeAll(async () => {
  // The market stands still, so that the same request always has the same answer: each is sent once.
  simulator = await startSimulator({
    market: { kind: "generated", seed: 42, symbolCount: 150 },
    port: 0,
    speed: 0,
    banMs: 600_000,
    startAtMs: Date.UTC(2026, 5, 10, 12, 7, 20),
    clock: systemClock,
  });
  const client = createHttpClient({
    address: { base: simulator.url, headers: {} },
    clock: systemClock,
    giveUpAfterMs: 60_000,
  });
  const known = new Map<string, Promise<Answer | NoAnswer>>();
  honest = {
    address: client.address,
    ask: (path) => {
      const answer = known.get(path) ?? client.ask(path);
      known.set(path, answer);
      return answer;
    },
  };
});

afterAll(() => simulator?.close());

/** Changes the body of an answer in place, or more of the answer by what it returns. */
type Change = (body: Body, query: URLSearchParams) => Partial<Answer> | undefined;

/** The simulator with one thing that is not as we assume. */
function breaking(path: string, change: Change): HttpClient {
  return {
    ...honest,
    ask: async (asked) => {
      const answer = await honest.ask(asked);
      const [endpoint, query] = asked.split("?");
      if (answer.status === null || endpoint !== path) {
        return answer;
      }
      const body = structuredClone(answer.body);
      return { ...answer, body, ...change(body, new URLSearchParams(query)) };
    },
  };
}

async function notWell(client: HttpClient, { simulated = true } = {}): Promise<readonly string[]> {
  const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
  const sections = checkAssumptions(await gather({ client, simulated, ...options }));
  return sections
    .flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ name, verdict }) => `${verdict} ${name}`);
}

const CONTRACTS = "/v5/market/instruments-info";
const TICKERS = "/v5/market/tickers";
const KLINE = "/v5/market/kline";
const BOOK = "/v5/market/orderbook";
const TRADES = "/v5/market/recent-trade";
const OPEN_INTEREST = "/v5/market/open-interest";
const ACCOUNT_RATIO = "/v5/market/account-ratio";
const FUNDING = "/v5/market/funding/history";

type Row = Record<string, Body>;

/** Changes an answer's list. */
const list =
  (change: (rows: Row[]) => unknown, isMeant: (query: URLSearchParams) => boolean = () => true): Change =>
  (body, query) => {
    if (isMeant(query) && body.result.list !== undefined) {
      change(body.result.list);
    }
    return undefined;
  };
/** Changes each row of it that is meant. */
const each = (change: (row: Row) => Row, isMeant: (row: Row) => boolean = () => true): Change =>
  list((rows) => {
    for (const row of rows.filter(isMeant)) {
      Object.assign(row, change(row));
    }
  });
const scaled = (field: string, factor: number): Change =>
  each(
    (row) => ({ [field]: String(Number(row[field]) * factor) }),
    (row) => row[field] !== "",
  );
const swapped = (first: string, second: string): Change =>
  each((row) => ({ [first]: row[second], [second]: row[first] }));
const reversed = list((rows) => rows.reverse());
/** Changes something of the answer itself. */
const envelope =
  (fields: (body: Body) => object, isMeant: (query: URLSearchParams) => boolean = () => true): Change =>
  (body, query) => {
    Object.assign(body, isMeant(query) ? fields(body) : {});
    return undefined;
  };
const result = (fields: (result: Row) => object, isMeant?: (query: URLSearchParams) => boolean): Change =>
  envelope((body) => ({ result: { ...body.result, ...fields(body.result) } }), isMeant);

const isBitcoin = ({ symbol }: Row): boolean => symbol === "BTCUSDT";
const isFirstPage = (query: URLSearchParams): boolean => query.get("limit") === "2" && !query.has("cursor");
const isSecondPage = (query: URLSearchParams): boolean => query.has("cursor");
const isWhole = (query: URLSearchParams): boolean => query.get("limit") === "1000";
const ofInterval =
  (interval: string) =>
  (query: URLSearchParams): boolean =>
    query.get("interval") === interval && query.get("symbol") === "BTCUSDT" && query.has("end");
const isOpen = (query: URLSearchParams): boolean => query.get("limit") === "2";
/** Changes a column of candles. */
const column = (interval: string, index: number, change: (value: number) => number): Change =>
  list((rows) => {
    for (const row of rows) {
      row[index] = String(change(Number(row[index])));
    }
  }, ofInterval(interval));

/** As many candles, but one earlier. */
function withoutNewest(rows: Row[]): void {
  rows.shift();
  const [start, ...figures] = Object.values(rows.at(-1) ?? {});
  rows.push([String(Number(start) - 60_000), ...figures] as Body);
}

const BROKEN: readonly (readonly [assumption: string, path: string, change: Change])[] = [
  ["envelope", CONTRACTS, envelope(({ time }) => ({ time: String(time) }), isSecondPage)],
  ["time", FUNDING, envelope(({ time }) => ({ time: time - 120_000 }))],
  ["limit headers", FUNDING, () => ({ headers: { "x-bapi-limit": "many" } })],
  ["contract fields", CONTRACTS, list((rows) => Object.assign(rows[0] ?? {}, { baseCoin: "" }), isWhole)],
  [
    "contract kinds",
    CONTRACTS,
    list((rows) => rows.slice(90).map((row) => Object.assign(row, { status: "Open" })), isWhole),
  ],
  ["contract names", CONTRACTS, list((rows) => Object.assign(rows[90] ?? {}, { symbol: "A.BUSDT" }), isWhole)],
  ["symbol types", CONTRACTS, each(() => ({ symbolType: "nft" }), isBitcoin)],
  [
    "funding interval",
    CONTRACTS,
    each(
      () => ({ fundingInterval: 5 }),
      ({ symbol }) => symbol === "ETHUSDT",
    ),
  ],
  ["pre-listing", CONTRACTS, each(() => ({ isPreListing: "false" }), isBitcoin)],
  ["pages", CONTRACTS, list((rows) => rows.reverse(), isFirstPage)],
  ["last page", CONTRACTS, result(() => ({ nextPageCursor: null }), isWhole)],
  ["tickers at once", TICKERS, list((rows) => rows.splice(-20))],
  ["ticker figures", TICKERS, each(() => ({ indexPrice: 1 }), isBitcoin)],
  ["24 h change", TICKERS, scaled("price24hPcnt", 100)],
  ["24 h volume", TICKERS, swapped("volume24h", "turnover24h")],
  ["open interest value", TICKERS, scaled("openInterestValue", 0.5)],
  ["one side", TICKERS, scaled("singleOpenInterest", 2)],
  ["funding rate", TICKERS, scaled("fundingRate", 1_000)],
  ["funding hours", TICKERS, scaled("fundingIntervalHour", 60)],
  ["next funding", TICKERS, scaled("nextFundingTime", 0.001)],
  ["quotes", TICKERS, swapped("bid1Price", "ask1Price")],
  ["bitcoin", TICKERS, each(() => ({ symbol: "XBTUSDT" }), isBitcoin)],
  ["candle rows", KLINE, list((rows) => rows.map((row) => row.push("1")), ofInterval("1"))],
  ["candle order", KLINE, reversed],
  ["candle starts", KLINE, list((rows) => rows.splice(5, 1), ofInterval("30"))],
  ["candle limit", KLINE, list((rows) => rows.splice(200), ofInterval("1"))],
  ["candle end", KLINE, list(withoutNewest, ofInterval("1"))],
  ["open candle", KLINE, list((rows) => rows.shift() && rows.shift(), isOpen)],
  ["candle prices", KLINE, column("240", 2, (high) => high / 2)],
  ["candle volume", KLINE, column("1", 6, (turnover) => turnover / 2)],
  ["longer candles", KLINE, column("5", 5, (volume) => volume / 5)],
  ["book levels", BOOK, result(({ b }) => ({ b: b.slice(1) }))],
  ["book order", BOOK, result(({ a }) => ({ a: a.toReversed() }))],
  ["book time", BOOK, result(({ ts }) => ({ ts: String(ts) }))],
  ["trade fields", TRADES, each(({ side }) => ({ side: side.toLowerCase() }))],
  ["trade names", TRADES, each(() => ({ execId: "same" }))],
  ["trade order", TRADES, reversed],
  ["trade limit", TRADES, list((rows) => rows.splice(500))],
  ["open interest order", OPEN_INTEREST, reversed],
  ["open interest times", OPEN_INTEREST, scaled("timestamp", 0.001)],
  ["open interest limit", OPEN_INTEREST, list((rows) => rows.pop())],
  ["open interest sides", OPEN_INTEREST, scaled("singleOpenInterest", 2)],
  ["account ratio order", ACCOUNT_RATIO, reversed],
  ["account ratio times", ACCOUNT_RATIO, scaled("timestamp", 0.001)],
  ["account ratio limit", ACCOUNT_RATIO, list((rows) => rows.splice(200))],
  ["account ratio shares", ACCOUNT_RATIO, scaled("buyRatio", 100)],
  ["funding history order", FUNDING, reversed],
  ["funding history times", FUNDING, scaled("fundingRateTimestamp", 0.001)],
  ["funding history limit", FUNDING, list((rows) => rows.splice(100))],
  ["funding history rates", FUNDING, scaled("fundingRate", 10_000)],
  [
    "unknown symbol",
    KLINE,
    envelope(
      () => ({ retCode: 10_016 }),
      (query) => query.get("symbol") === "NOSUCHCOINUSDT",
    ),
  ],
  [
    "wrong parameter",
    KLINE,
    envelope(
      () => ({ retCode: 0 }),
      (query) => query.get("interval") === "7",
    ),
  ],
  ["unknown route", "/v5/market/no-such-route", () => ({ status: 200 })],
];

describe("the assumptions about the exchange", () => {
  it("hold at the simulator, with less than 40 requests", async () => {
    expect(await notWell(honest)).toEqual([]);
    const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
    const { requests } = await gather({ client: honest, simulated: true, ...options });
    expect(requests).toBeLessThan(36);
  });

  it("are each broken by a test below", async () => {
    const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
    const [, ...sections] = checkAssumptions(await gather({ client: honest, simulated: true, ...options }));
    const names = sections.flatMap(({ checks }) => checks.map(({ name }) => name));
    expect(BROKEN.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  });

  it.each(BROKEN)("broken one at a time: %s", async (assumption, path, change) => {
    expect(await notWell(breaking(path, change))).toEqual([`failed ${assumption}`]);
  });

  it("include that a real exchange's clock is ours", async () => {
    expect(await notWell(honest, { simulated: false })).toEqual(["failed time"]);
  });
});

describe("the requests", () => {
  /** Sleeping is all that takes time. */
  function sleepingClock() {
    let nowMs = 0;
    return {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: async (ms: number) => {
        nowMs += ms;
      },
    };
  }

  it("begin a second apart", async () => {
    const clock = sleepingClock();
    const atMs: number[] = [];
    const ask: HttpClient["ask"] = (path) => {
      atMs.push(clock.nowMs());
      return honest.ask(path);
    };
    const client = { ...honest, ask };
    await gather({ client, simulated: true, clock, durations: ASSUMPTION_DURATIONS, onProgress: () => undefined });
    expect(atMs.length).toBeGreaterThan(15);
    expect(atMs).toEqual(atMs.map((_, index) => index * 1_000));
  });

  it.each<[string, Partial<Answer>]>([
    ["HTTP 403", { status: 403, body: undefined }],
    ["HTTP 429", { status: 429, body: undefined }],
    ["retCode 10006", { body: { retCode: 10_006, retMsg: "Too many visits!", result: {} } }],
  ])("end at once when the exchange asks for a pause: %s", async (_what, answer) => {
    const client = breaking(TICKERS, () => answer);
    const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
    const gathered = await gather({ client, simulated: true, ...options });
    // The time, the contracts, two pages, and the tickers.
    expect(gathered.requests).toBe(5);
    const checks = checkAssumptions(gathered).flatMap((section) => section.checks);
    expect(checks[0]).toMatchObject({ name: "asked", verdict: "failed" });
    const failed = checks.filter(({ verdict }) => verdict === "failed").map(({ name }) => name);
    expect(failed).toEqual(["asked"]);
  });
});
