import { Writable } from "node:stream";
import { HISTORY_DURATIONS, type HistoryPlace, type HistoryRow, openHistory } from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type ExportRequest, exportHistory } from "./export-history.ts";

const START_MS = Date.UTC(2026, 10, 30, 23, 59, 5);
const PERIOD_MS = 30_000;
const NAMES =
  "time,method_version,sequence,period_ms,direction,symbol,scored,score,weighted_signal,relative,technical,volume,orderflow,orderbook,sentiment,price_structure,outlook,reliability,momentum_1h,momentum_24h,rating_30m,mark_price,funding_rate,open_interest_usd,turnover_usd,known_inputs";

const BTC: HistoryRow = {
  symbol: "BTCUSDT",
  scored: true,
  score: 61.25,
  weightedSignal: 0.11,
  relative: 70,
  components: {
    technical: 0.5,
    volume: null,
    orderflow: 0,
    orderbook: -0.25,
    sentiment: null,
    price_structure: 1,
  },
  outlook: null,
  reliability: 0.75,
  momentum1h: 0.001,
  momentum24h: null,
  rating30m: -0.5,
  markPrice: 91234.5,
  fundingRate: 0.0001,
  openInterestUsd: 1_234_500_000,
  turnoverUsd: 0,
  knownInputs: 0b101,
};
const LEFT: HistoryRow = { ...BTC, symbol: "LEFTUSDT", scored: false, markPrice: 0.1234 };

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let place: HistoryPlace;
let history: ReturnType<typeof openHistory>;

beforeEach(async () => {
  folder = await createTemporaryFolder();
  place = { dataDir: folder.path, origin: "bybit", simulated: false, methodVersion: 2 };
  const { log, outages } = createRecordedLog();
  history = openHistory({ ...place, log, outages, clock: systemClock, durations: HISTORY_DURATIONS });
  // Two refreshes on one day, and two on the next.
  for (let index = 0; index < 4; index++) {
    await history.append({
      asOfMs: START_MS + index * PERIOD_MS,
      periodMs: PERIOD_MS,
      sequence: 7 + index,
      direction: index === 0 ? null : "bullish",
      rows: [BTC, LEFT],
    });
  }
});
afterEach(async () => {
  await history.close();
  await folder.remove();
});

async function exported(request: Partial<ExportRequest>): Promise<readonly string[]> {
  let text = "";
  const to = new Writable({
    write: (chunk, _, done) => {
      text += String(chunk);
      done();
    },
  });
  const nobody = (sentence: string): void => {
    throw new Error(sentence);
  };
  const all: ExportRequest = {
    histories: [place],
    fromMs: null,
    toMs: null,
    symbols: null,
    format: "csv",
    to,
    onProblem: nobody,
  };
  const rows = await exportHistory({ ...all, ...request });
  const lines = text.split("\n").slice(0, -1);
  expect(lines.length).toBe(rows + (request.format === "jsonl" ? 0 : 1));
  return lines;
}

it("writes CSV with the names first, and leaves unknown figures empty", async () => {
  const [head, first, left, ...rest] = await exported({});
  expect(head).toBe(NAMES);
  expect(first).toBe(
    "2026-11-30T23:59:05.000Z,2,7,30000,,BTCUSDT,true,61.25,0.11,70,0.5,,0,-0.25,,1,,0.75,0.001,,-0.5,91234.5,0.0001,1234500000,0,ticker candles_5m",
  );
  expect(left).toBe(`2026-11-30T23:59:05.000Z,2,7,30000,,LEFTUSDT,false${",".repeat(15)}0.1234,,,,`);
  expect(rest.length).toBe(6);
});

it("writes JSON lines with null for what is unknown, never 0", async () => {
  const [first, left] = (await exported({ format: "jsonl" })).map((line) => JSON.parse(line));
  expect(Object.keys(first).join(",")).toBe(NAMES);
  expect(first).toMatchObject({ direction: null, volume: null, orderflow: 0, known_inputs: ["ticker", "candles_5m"] });
  expect(left).toMatchObject({ scored: false, score: null, turnover_usd: null, known_inputs: null });
});

it("writes what lies between two times, both included, of the symbols that are asked for", async () => {
  const lines = await exported({
    fromMs: START_MS + PERIOD_MS,
    toMs: START_MS + 2 * PERIOD_MS,
    symbols: ["BTCUSDT", "NEVERUSDT"],
  });
  expect(lines.slice(1).map((line) => line.split(",").filter((_, index) => [0, 2, 5].includes(index)))).toEqual([
    ["2026-11-30T23:59:35.000Z", "8", "BTCUSDT"],
    ["2026-12-01T00:00:05.000Z", "9", "BTCUSDT"],
  ]);
});

it("writes the histories of several versions of the method, each with its number", async () => {
  const older = openHistory({
    ...place,
    ...createRecordedLog(),
    methodVersion: 1,
    clock: systemClock,
    durations: HISTORY_DURATIONS,
  });
  await history.close();
  await older.append({ asOfMs: START_MS - PERIOD_MS, periodMs: PERIOD_MS, sequence: 6, direction: null, rows: [BTC] });
  await older.close();
  const lines = await exported({ histories: [{ ...place, methodVersion: 1 }, place], symbols: ["BTCUSDT"] });
  expect(lines.slice(1).map((line) => line.split(",")[1])).toEqual(["1", "2", "2", "2", "2"]);
});

it("ends quietly when nobody reads on", async () => {
  const to = new Writable({
    write: (_, __, done) => {
      done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    },
  });
  to.on("error", () => undefined);
  const request = { histories: [place], fromMs: null, toMs: null, symbols: null, format: "csv" as const, to };
  await expect(exportHistory({ ...request, onProblem: () => undefined })).resolves.toBeGreaterThanOrEqual(0);
});
