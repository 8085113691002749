import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { haveRecordings, RECORDED_KLINES, recordingPath } from "@pulseboard/testing/recordings";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestSimulator, type TestSimulator } from "../testing/test-simulator.ts";
import { RecordingError } from "./recording-error.ts";

const AT_MS = Date.UTC(2025, 5, 10, 12);
const MINUTE_MS = 60_000;
const SYMBOLS = ["ADAUSDT", "BNBUSDT", "BTCUSDT", "DOGEUSDT", "DOTUSDT", "ETHUSDT", "SOLUSDT"];

/** timestamp, open, high, low, close, volume; as numbers, oldest first. */
type Row = readonly [number, number, number, number, number, number];

function recordedRows(folder: string, symbol: string): Row[] {
  const text = gunzipSync(readFileSync(`${recordingPath(RECORDED_KLINES)}/${folder}/${symbol}.csv.gz`)).toString(
    "utf8",
  );
  const lines = text.trim().split("\n").slice(1);
  return lines.map((line) => line.split(",").map(Number) as unknown as Row);
}

const started: TestSimulator[] = [];
afterEach(async () => {
  for (const exchange of started.splice(0)) {
    await exchange.simulator.close();
  }
});

function startReplay(atMs: number, speed = 0, clock = createFakeClock()): Promise<TestSimulator> {
  const market = { kind: "replay", directory: recordingPath(RECORDED_KLINES), atMs, seed: 1 } as const;
  return startTestSimulator({ market, speed, clock });
}

/** One that is closed after the test. */
async function replay(...args: Parameters<typeof startReplay>): Promise<TestSimulator> {
  const exchange = await startReplay(...args);
  started.push(exchange);
  return exchange;
}

describe.runIf(haveRecordings())("a replay that stands still", () => {
  let exchange: TestSimulator;
  beforeAll(async () => {
    exchange = await startReplay(AT_MS);
  });
  afterAll(() => exchange.simulator.close());

  test.each(["1", "5", "15", "30", "60", "240"])("gives the recorded candles of %s minutes", async (interval) => {
    const { list } = exchange;
    for (const symbol of SYMBOLS) {
      const answered = await list(`/v5/market/kline?symbol=${symbol}&interval=${interval}&limit=60`);
      const closed = answered.slice(1).toReversed();
      const recorded = recordedRows(interval, symbol).filter(([time]) => time + Number(interval) * MINUTE_MS <= AT_MS);
      expect(closed.map((row) => row.slice(0, 6).map(Number))).toEqual(recorded.slice(-59));
    }
  });

  test("gives 24 h figures that follow from the recorded minutes before market time", async () => {
    const { list } = exchange;
    const tickers = await list("/v5/market/tickers?category=linear");
    for (const symbol of SYMBOLS) {
      const day = recordedRows("1", symbol).filter(([time]) => time < AT_MS && time >= AT_MS - 1440 * MINUTE_MS);
      expect(day).toHaveLength(1440);
      const ticker = tickers.find((row) => row.symbol === symbol);
      const last = day.at(-1)?.[4] ?? 0;
      const first = day[0]?.[1] ?? 0;
      expect(Number(ticker.lastPrice)).toBe(last);
      expect(Number(ticker.prevPrice24h)).toBe(first);
      expect(Number(ticker.price24hPcnt)).toBeCloseTo(last / first - 1, 6);
      expect(Number(ticker.highPrice24h)).toBe(Math.max(...day.map((row) => row[2])));
      expect(Number(ticker.lowPrice24h)).toBe(Math.min(...day.map((row) => row[3])));
      const volume = day.reduce((sum, row) => sum + row[5], 0);
      const turnover = day.reduce((sum, [, , high, low, close, base]) => sum + (base * (high + low + close)) / 3, 0);
      expect(Number(ticker.volume24h) / volume).toBeCloseTo(1, 9);
      expect(Number(ticker.turnover24h) / turnover).toBeCloseTo(1, 9);
    }
  });

  test("makes the trades of a recorded minute add up to it, and the book stand around the last price", async () => {
    const { list, json } = exchange;
    for (const symbol of SYMBOLS) {
      const trades = await list(`/v5/market/recent-trade?category=linear&symbol=${symbol}&limit=1000`);
      const minute = recordedRows("1", symbol).find(([time]) => time === AT_MS - MINUTE_MS);
      if (minute === undefined) {
        throw new Error("not recorded");
      }
      const [, , high, low, close, volume] = minute;
      const inMinute = trades.filter(({ time }) => Number(time) >= AT_MS - MINUTE_MS);
      const prices = inMinute.map(({ price }) => Number(price));
      expect(inMinute.reduce((sum, { size }) => sum + Number(size), 0)).toBeCloseTo(volume, 6);
      expect([Math.max(...prices), Math.min(...prices), prices[0]]).toEqual([high, low, close]);
      const { b, a } = (await json(`/v5/market/orderbook?category=linear&symbol=${symbol}`)).result;
      expect(Number(b[0][0])).toBeLessThanOrEqual(close);
      expect(Number(a[0][0])).toBeGreaterThanOrEqual(close);
    }
  });

  test("has the recorded symbols as its only eligible ones", async () => {
    const { list } = exchange;
    const instruments = await list("/v5/market/instruments-info?category=linear");
    const eligible = instruments.filter((row) => row.contractType === "LinearPerpetual" && row.quoteCoin === "USDT");
    expect(eligible.map(({ symbol }) => symbol)).toEqual(SYMBOLS);
    expect(instruments.map(({ symbol }) => symbol)).toEqual(
      expect.arrayContaining(["BTCPERP", "BTCUSDT-26SEP25", "BTCUSDT-27JUN25"]),
    );
    expect(await list("/v5/market/instruments-info?category=linear&status=PreLaunch")).toHaveLength(2);
  });
});

describe.runIf(haveRecordings())("a replay", () => {
  test("moves once a minute, to the close of the minute that is over", async () => {
    const clock = createFakeClock();
    const { list } = await replay(AT_MS, 60, clock);
    const rows = recordedRows("1", "ETHUSDT");
    const closeBefore = (timeMs: number) => rows.findLast(([time]) => time + MINUTE_MS <= timeMs)?.[4];
    const lastPrice = async () => {
      const [ticker] = await list("/v5/market/tickers?category=linear&symbol=ETHUSDT");
      return Number(ticker.lastPrice);
    };
    expect(await lastPrice()).toBe(closeBefore(AT_MS));
    await clock.advance(999);
    expect(await lastPrice()).toBe(closeBefore(AT_MS));
    await clock.advance(1);
    expect(await lastPrice()).toBe(closeBefore(AT_MS + MINUTE_MS));
    await clock.advance(3600_000 / 60);
    expect(await lastPrice()).toBe(closeBefore(AT_MS + 61 * MINUTE_MS));
  });

  test("has shorter candles' lists near its beginning, and stands still at its end", async () => {
    const beginning = Date.UTC(2025, 4, 30, 17, 30);
    const { list } = await replay(beginning);
    expect(await list("/v5/market/kline?symbol=BTCUSDT&interval=1&limit=1000")).toHaveLength(52);
    expect(await list("/v5/market/kline?symbol=BTCUSDT&interval=240&limit=1000")).toHaveLength(1);
    expect((await list("/v5/market/funding/history?category=linear&symbol=BTCUSDT")).length).toBe(200);

    const clock = createFakeClock();
    const ending = await replay(Date.UTC(2025, 5, 29, 16), 3600, clock);
    await clock.advance(86_400_000);
    expect(new Date(ending.simulator.marketTimeMs()).toISOString()).toBe("2025-06-29T16:39:00.000Z");
    expect(await ending.list("/v5/market/kline?symbol=BTCUSDT&interval=1&limit=5")).toHaveLength(5);
    expect(await ending.list("/v5/market/tickers?category=linear")).toHaveLength(13);
  });

  test("rejects a time outside of the recording, and names the recorded span", async () => {
    await expect(replay(Date.UTC(2024, 0, 1))).rejects.toThrow("2024-01-01T00:00:00.000Z is outside of the recording");
    await expect(replay(Number.NaN)).rejects.toMatchObject({ hint: expect.stringContaining("2025-06-29T16:39") });
  });
});

describe("an unusable recording is rejected in one sentence", () => {
  const directory = mkdtempSync(join(tmpdir(), "simulator-"));
  mkdirSync(join(directory, "1"));
  const file = join(directory, "1", "XUSDT.csv.gz");
  const open = () => startTestSimulator({ market: { kind: "replay", directory, atMs: 120_001, seed: 1 } });
  afterEach(() => rmSync(file, { force: true }));

  test("no such directory", async () => {
    const market = { kind: "replay", directory: "/no/such/place", atMs: AT_MS, seed: 1 } as const;
    await expect(startTestSimulator({ market })).rejects.toThrow(RecordingError);
    await expect(startTestSimulator({ market })).rejects.toThrow("/no/such/place/1 cannot be read");
  });

  test.each([
    ["an empty directory", undefined, "there is no *.csv.gz"],
    ["no gzip", "timestamp", "cannot be read as gzip"],
    ["other columns", gzipSync("time,price\n1,2"), 'does not start with "timestamp,open'],
    ["a gap", candles("60000,2,3,1,2,5", "180000,2,3,1,2,5"), "line 3 is not the next one-minute candle"],
    ["a high below the close", candles("60000,2,3,1,4,5"), "line 2 is not"],
    ["an empty price", candles("60000,2,3,,2,5"), "line 2 is not"],
    ["an empty volume", candles("60000,2,3,1,2,"), "line 2 is not"],
    ["a negative volume", candles("60000,2,3,1,2,-5"), "line 2 is not"],
  ])("%s", async (_, content, message) => {
    if (content !== undefined) {
      writeFileSync(file, content);
    }
    await expect(open()).rejects.toThrow(message);
  });

  test("one that can be used is", async () => {
    writeFileSync(file, candles("60000,2.5,3,1,2,5", "120000,2,3.0,1,2.5,0.5"));
    const exchange = await open();
    started.push(exchange);
    const [, row] = await exchange.list("/v5/market/kline?symbol=XUSDT&interval=1");
    expect(row).toEqual(["60000", "2.5", "3.0", "1.0", "2.0", "5", "10"]);
  });
});

function candles(...lines: string[]): Buffer {
  return gzipSync(["timestamp,open,high,low,close,volume", ...lines].join("\n"));
}
