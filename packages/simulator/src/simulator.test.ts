import { systemClock } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { afterEach, describe, expect, test } from "vitest";
import { PortError } from "./http/server.ts";
import { startSimulator } from "./simulator.ts";
import { type Answer, NOON_MS, startTestSimulator, type TestSimulator } from "./testing/test-simulator.ts";

let exchange: TestSimulator;
afterEach(() => exchange?.simulator.close());

describe("the exchange's manners", () => {
  test("all rows are sorted by name; without another status only trading symbols are listed", async () => {
    exchange = await startTestSimulator();
    const instruments = await exchange.list("/v5/market/instruments-info?category=linear&limit=1000");
    const tickers = await exchange.list("/v5/market/tickers?category=linear");
    const names = tickers.map(({ symbol }) => symbol);
    expect(names).toEqual(names.toSorted());
    expect(instruments.every(({ status }) => status === "Trading")).toBe(true);
    const before = await exchange.list("/v5/market/instruments-info?category=linear&status=PreLaunch");
    expect(before.map(({ symbol, isPreListing }) => [symbol, isPreListing])).toEqual([
      ["BPUSDT", true],
      ["ZENITHUSDT", true],
    ]);
    expect([...instruments, ...before].map(({ symbol }) => symbol).sort()).toEqual(names);
  });

  test("instruments come in pages; the cursor is percent-encoded and understood as it is or encoded again", async () => {
    exchange = await startTestSimulator({ market: { kind: "generated", seed: 7 } });
    const path = "/v5/market/instruments-info?category=linear";
    const first = (await exchange.json(path)).result;
    expect(first.list).toHaveLength(500);
    expect(first.nextPageCursor).toMatch(/^first%3D.+%26last%3D.+$/);
    const rest = (await exchange.json(`${path}&cursor=${first.nextPageCursor}`)).result;
    const again = (await exchange.json(`${path}&cursor=${encodeURIComponent(first.nextPageCursor)}`)).result;
    expect(again).toEqual(rest);
    expect(rest.nextPageCursor).toBe("");
    const whole = (await exchange.json(`${path}&limit=1000`)).result;
    expect(whole.list).toEqual([...first.list, ...rest.list]);
    expect(whole.nextPageCursor).toBe("");
    const pages: string[] = [];
    for (let cursor = "start"; cursor !== ""; ) {
      const page = (await exchange.json(`${path}&limit=200${cursor === "start" ? "" : `&cursor=${cursor}`}`)).result;
      pages.push(...page.list.map(({ symbol }: { symbol: string }) => symbol));
      cursor = page.nextPageCursor;
    }
    expect(pages).toEqual(whole.list.map(({ symbol }: { symbol: string }) => symbol));
  });

  test("histories come newest first, at most as many as their maximum, as many as their default", async () => {
    exchange = await startTestSimulator();
    const cases: readonly [path: string, byDefault: number, maximum: number, timeOf: (row: Answer) => string][] = [
      ["/v5/market/kline?symbol=BTCUSDT&interval=15", 200, 1000, (row) => row[0]],
      ["/v5/market/mark-price-kline?symbol=BTCUSDT&interval=15", 200, 1000, (row) => row[0]],
      ["/v5/market/recent-trade?category=linear&symbol=BTCUSDT", 500, 1000, (row) => row.time],
      ["/v5/market/open-interest?category=linear&symbol=BTCUSDT&intervalTime=5min", 50, 200, (row) => row.timestamp],
      ["/v5/market/account-ratio?category=linear&symbol=BTCUSDT&period=1h", 50, 500, (row) => row.timestamp],
      ["/v5/market/funding/history?category=linear&symbol=BTCUSDT", 200, 200, (row) => row.fundingRateTimestamp],
    ];
    for (const [path, byDefault, maximum, timeOf] of cases) {
      const rows = await exchange.list(path);
      expect([path, rows.length]).toEqual([path, byDefault]);
      expect(await exchange.list(`${path}&limit=7`)).toEqual(rows.slice(0, 7));
      expect([path, (await exchange.list(`${path}&limit=5000`)).length]).toEqual([path, maximum]);
      const times = rows.map((row) => Number(timeOf(row)));
      expect(times).toEqual(times.toSorted((a, b) => b - a));
      expect(times[0]).toBeLessThanOrEqual(NOON_MS);
    }
    const book = (await exchange.json("/v5/market/orderbook?category=linear&symbol=BTCUSDT")).result;
    expect([book.b.length, book.a.length]).toEqual([25, 25]);
  });

  test("a cursor goes on where the page ended", async () => {
    exchange = await startTestSimulator();
    for (const path of [
      "/v5/market/open-interest?category=linear&symbol=ETHUSDT&intervalTime=5min",
      "/v5/market/account-ratio?category=linear&symbol=ETHUSDT&period=1h",
    ]) {
      const first = (await exchange.json(`${path}&limit=30`)).result;
      const second = (await exchange.json(`${path}&limit=30&cursor=${first.nextPageCursor}`)).result;
      expect([...first.list, ...second.list]).toEqual(await exchange.list(`${path}&limit=60`));
    }
  });

  test("the candle, the ticker, the book and the trades of a moment agree", async () => {
    exchange = await startTestSimulator();
    for (const symbol of ["BTCUSDT", "WIFUSDT", "BTCPERP"]) {
      const [ticker] = await exchange.list(`/v5/market/tickers?category=linear&symbol=${symbol}`);
      const [minute] = await exchange.list(`/v5/market/kline?symbol=${symbol}&interval=1&limit=1`);
      const [day] = await exchange.list(`/v5/market/kline?symbol=${symbol}&interval=D&limit=1`);
      const [mark] = await exchange.list(`/v5/market/mark-price-kline?symbol=${symbol}&interval=240&limit=1`);
      const [index] = await exchange.list(`/v5/market/index-price-kline?symbol=${symbol}&interval=60&limit=1`);
      const [trade] = await exchange.list(`/v5/market/recent-trade?category=linear&symbol=${symbol}&limit=1`);
      const book = (await exchange.json(`/v5/market/orderbook?category=linear&symbol=${symbol}&limit=1`)).result;
      expect([minute[4], day[4], trade.price]).toEqual([ticker.lastPrice, ticker.lastPrice, ticker.lastPrice]);
      expect([mark[4], index[4]]).toEqual([ticker.markPrice, ticker.indexPrice]);
      expect([book.b[0], book.a[0]]).toEqual([
        [ticker.bid1Price, ticker.bid1Size],
        [ticker.ask1Price, ticker.ask1Size],
      ]);
      expect(Number(ticker.openInterest)).toBeCloseTo(2 * Number(ticker.singleOpenInterest), 6);
      expect(Math.abs(Number(ticker.markPrice) / Number(ticker.indexPrice) - 1)).toBeLessThan(0.01);
    }
  });

  test("an invalid request gets HTTP 200 with a retCode", async () => {
    exchange = await startTestSimulator();
    const errorOf = async (path: string) => {
      const { retCode, retMsg, result } = await exchange.json(path);
      expect(result).toEqual({});
      return [retCode, retMsg];
    };
    const kline = "/v5/market/kline?category=linear";
    expect(await errorOf(`${kline}&symbol=NOSUCHUSDT&interval=5`)).toEqual([10001, "Not supported symbols"]);
    expect(await errorOf(`${kline}&interval=5`)).toEqual([10001, "params error: symbol invalid"]);
    expect(await errorOf(`${kline}&symbol=BTCUSDT&interval=7`)).toEqual([10001, "params error: interval invalid"]);
    expect(await errorOf(`${kline}&symbol=BTCUSDT`)).toEqual([10001, "params error: interval invalid"]);
    for (const limit of ["0", "-1", "2.5", "ten"]) {
      const path = `${kline}&symbol=BTCUSDT&interval=5&limit=${limit}`;
      expect(await errorOf(path)).toEqual([10001, "params error: limit invalid"]);
    }
    expect(await errorOf(`${kline}&symbol=BTCUSDT&interval=5&start=now`)).toEqual([
      10001,
      "params error: start invalid",
    ]);
    expect(await errorOf("/v5/market/tickers")).toEqual([10001, "params error: Category is invalid"]);
    expect(await errorOf("/v5/market/tickers?category=coins")).toEqual([10001, "params error: Category is invalid"]);
    const oi = "/v5/market/open-interest?category=linear&symbol=BTCUSDT";
    expect(await errorOf(`${oi}&intervalTime=5m`)).toEqual([10001, "params error: intervalTime invalid"]);
    const ratio = "/v5/market/account-ratio?category=linear&period=1h";
    expect(await errorOf(`${ratio}&symbol=BTCPERP`)).toEqual([10001, "Not supported symbols"]);
    const funding = "/v5/market/funding/history?category=linear&symbol=BTCUSDT&startTime=1";
    expect(await errorOf(funding)).toEqual([10001, "params error: endTime is required with startTime"]);
  });

  test("other categories have no contracts, other paths are 404, other methods 400", async () => {
    exchange = await startTestSimulator();
    for (const category of ["spot", "inverse", "option"]) {
      expect(await exchange.list(`/v5/market/instruments-info?category=${category}`)).toEqual([]);
      expect(await exchange.list(`/v5/market/tickers?category=${category}`)).toEqual([]);
    }
    expect((await exchange.ask("/v5/market/candles")).status).toBe(404);
    expect((await exchange.ask("/moved")).status).toBe(404);
    const posted = await fetch(`${exchange.simulator.url}/v5/market/time`, { method: "POST" });
    expect(posted.status).toBe(400);
  });

  test("long answers are gzipped for clients that accept it", async () => {
    exchange = await startTestSimulator();
    const url = `${exchange.simulator.url}/v5/market/tickers?category=linear`;
    const zipped = await fetch(url);
    const plain = await fetch(url, { headers: { "accept-encoding": "identity" } });
    const refused = await fetch(url, { headers: { "accept-encoding": "gzip;q=0, br" } });
    expect([zipped, plain, refused].map(({ headers }) => headers.get("content-encoding"))).toEqual([
      "gzip",
      null,
      null,
    ]);
    const text = await plain.text();
    expect([await zipped.text(), await refused.text()]).toEqual([text, text]);
    expect(Number(zipped.headers.get("content-length"))).toBeLessThan(text.length / 3);
    expect(plain.headers.get("content-type")).toBe("application/json; charset=utf-8");
  });

  test("a dated future is gone after its delivery", async () => {
    const clock = createFakeClock(NOON_MS);
    exchange = await startTestSimulator({ clock, speed: 1000 });
    const futures = async () => {
      const rows = await exchange.list("/v5/market/instruments-info?category=linear&limit=1000");
      return rows.filter(({ contractType }) => contractType === "LinearFutures").length;
    };
    expect(await futures()).toBe(6);
    await clock.advance((30 * 86_400_000) / 1000);
    expect(await futures()).toBe(2);
  });
});

describe("market time", () => {
  test("starts at wall time or at the given time, and runs at the given speed", async () => {
    const clock = createFakeClock(NOON_MS);
    exchange = await startTestSimulator({ clock, speed: 60 });
    const now = async () => (await exchange.json("/v5/market/time")).time;
    expect(await now()).toBe(NOON_MS);
    await clock.advance(1500);
    expect(await now()).toBe(NOON_MS + 90_000);
    expect((await exchange.json("/v5/market/time")).result).toEqual({
      timeSecond: String(Math.floor((NOON_MS + 90_000) / 1000)),
      timeNano: `${NOON_MS + 90_000}000000`,
    });
    clock.setNowMs(0);
    expect(await now()).toBe(NOON_MS + 90_000);
    await exchange.simulator.close();
    exchange = await startTestSimulator({ clock, startAtMs: 1_780_000_000_123, speed: 0 });
    await clock.advance(5000);
    expect(await now()).toBe(1_780_000_000_123);
  });

  test("and the seed decide every byte", async () => {
    const paths = [
      "/v5/market/tickers?category=linear",
      "/v5/market/instruments-info?category=linear",
      "/v5/market/kline?symbol=ETHUSDT&interval=30&limit=500",
      "/v5/market/orderbook?category=linear&symbol=SOLUSDT&limit=200",
      "/v5/market/recent-trade?category=linear&symbol=SOLUSDT&limit=1000",
      "/v5/market/open-interest?category=linear&symbol=SOLUSDT&intervalTime=1h",
      "/api/v3/global",
      "/v1/global",
      "/fng/",
    ];
    const answers = async (seed: number, askOthersFirst: boolean) => {
      exchange = await startTestSimulator({ market: { kind: "generated", seed, symbolCount: 40 } });
      if (askOthersFirst) {
        await exchange.ask("/v5/market/kline?symbol=SOLUSDT&interval=240&limit=1000");
      }
      const texts = await Promise.all(paths.map(async (path) => (await exchange.ask(path)).text));
      await exchange.simulator.close();
      return texts;
    };
    const first = await answers(7, false);
    expect(await answers(7, true)).toEqual(first);
    const other = await answers(8, false);
    for (const [index, path] of paths.entries()) {
      expect([path, other[index] === first[index]]).toEqual([path, false]);
    }
  });
});

describe("a large market", () => {
  test("starts quickly, and answers quickly for all of its symbols and with long histories", async () => {
    const started = process.cpuUsage();
    exchange = await startTestSimulator({
      market: { kind: "generated", seed: 42 },
      clock: systemClock,
      speed: 60,
    });
    // Processor time, since other processes may keep the machine busy.
    const processorMs = (since: NodeJS.CpuUsage) => {
      const { user, system } = process.cpuUsage(since);
      return (user + system) / 1000;
    };
    const tookMs = async (path: string) => {
      const before = process.cpuUsage();
      await exchange.list(path);
      return processorMs(before);
    };
    await tookMs("/v5/market/tickers?category=linear");
    expect(processorMs(started)).toBeLessThan(3000);
    const warm = [];
    for (let round = 0; round < 5; round++) {
      warm.push(await tookMs("/v5/market/tickers?category=linear"));
    }
    expect(Math.min(...warm)).toBeLessThan(300);
    expect(await tookMs("/v5/market/kline?symbol=SOLUSDT&interval=240&limit=1000")).toBeLessThan(500);
  });
});

test("a port that is taken is a clear error", async () => {
  exchange = await startTestSimulator();
  const port = Number(new URL(exchange.simulator.url).port);
  const again = startSimulator({
    market: { kind: "generated", seed: 1, symbolCount: 2 },
    port,
    speed: 1,
    banMs: 1,
    clock: systemClock,
  });
  await expect(again).rejects.toThrow(PortError);
  await expect(again).rejects.toThrow(`cannot listen on 127.0.0.1:${port}`);
});
