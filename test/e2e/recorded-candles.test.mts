import { haveRecordings, RECORDED_KLINES, recordingPath } from "@pulseboard/testing/recordings";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "./support/program.mts";
import { RECORDED_SYMBOLS, readMinutes } from "./support/recorded-minutes.mts";

const AT = "2025-06-10T12:00:00Z";
const DAY_MS = 86_400_000;

/** The 24 h of a symbol up to `nowMs`, computed from the recording itself. */
function dayOf(symbol: string, nowMs: number) {
  const minutes = readMinutes(symbol);
  const day = minutes.filter(({ openTimeMs }) => openTimeMs >= nowMs - DAY_MS && openTimeMs + 60_000 <= nowMs);
  const before = minutes.findLast(({ openTimeMs }) => openTimeMs + 60_000 <= nowMs - DAY_MS);
  const last = day.at(-1)?.close ?? Number.NaN;
  return {
    price: last,
    changePercent: (last / (before?.close ?? Number.NaN) - 1) * 100,
    high: Math.max(...day.map(({ high }) => high)),
    low: Math.min(...day.map(({ low }) => low)),
    turnoverUsd: day.reduce((sum, { volume, high, low, close }) => sum + (volume * (high + low + close)) / 3, 0),
  };
}

describe.runIf(haveRecordings())("the recorded candles of June 2025, from the wire to the phone", () => {
  let simulator: SimulatorProgram;
  let pulseboard: Pulseboard;
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;

  beforeAll(async () => {
    // Market time stands still, so that the expected figures can be computed.
    simulator = await startSimulatorProgram("--replay", recordingPath(RECORDED_KLINES), "--at", AT, "--speed", "0");
    folder = await createTemporaryFolder();
    pulseboard = await startPulseboard(simulated(simulator.url, folder.path));
  });

  afterAll(async () => {
    await pulseboard?.stop();
    await simulator?.stop();
    await folder?.remove();
  });

  it("shows price, change, turnover, high, low and breadth as the recording has them", async () => {
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 7);
    const nowMs = Date.parse(AT);
    expect(snapshot.sections.overview.as_of).toBe(nowMs / 1000);
    expect(snapshot.confluence_scores.map(({ symbol }) => symbol).toSorted()).toEqual(RECORDED_SYMBOLS);

    const days = new Map(RECORDED_SYMBOLS.map((symbol) => [symbol, dayOf(symbol, nowMs)]));
    for (const row of snapshot.confluence_scores) {
      const day = days.get(row.symbol as (typeof RECORDED_SYMBOLS)[number]);
      expect(row.price, row.symbol).toBe(day?.price);
      expect(row.high_24h, row.symbol).toBe(day?.high);
      expect(row.low_24h, row.symbol).toBe(day?.low);
      expect(row.change_24h, row.symbol).toBeCloseTo(day?.changePercent ?? Number.NaN, 3);
      expect(Math.abs((row.turnover_24h ?? 0) / (day?.turnoverUsd ?? Number.NaN) - 1), row.symbol).toBeLessThan(1e-6);
    }

    const changes = [...days.values()].map(({ changePercent }) => changePercent);
    const up = changes.filter((change) => change > 0).length;
    const down = changes.filter((change) => change < 0).length;
    expect(snapshot.market_breadth).toMatchObject({ up, down, flat: 7 - up - down });
    expect(snapshot.market_overview.trend_strength).toBeCloseTo(50 + (50 * (up - down)) / (up + down + 1), 2);
    expect(snapshot.market_overview.btc_price).toBe(days.get("BTCUSDT")?.price);
    const turnoverUsd = [...days.values()].reduce((sum, day) => sum + day.turnoverUsd, 0);
    expect(Math.abs((snapshot.market_overview.total_volume_24h ?? 0) / turnoverUsd - 1)).toBeLessThan(1e-6);
  });

  it("has BTC's realised volatility of the recording's last seven days", async () => {
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 7);
    const closes = new Map(readMinutes("BTCUSDT").map(({ openTimeMs, close }) => [openTimeMs + 60_000, close]));
    let squares = 0;
    for (let hour = 0; hour < 168; hour++) {
      const endMs = Date.parse(AT) - hour * 3_600_000;
      squares += Math.log((closes.get(endMs) ?? Number.NaN) / (closes.get(endMs - 3_600_000) ?? Number.NaN)) ** 2;
    }
    const dailyPercent = Math.sqrt((squares / 168) * 24) * 100;
    expect(snapshot.market_overview.btc_daily_volatility).toBeCloseTo(dailyPercent, 3);
    expect(snapshot.market_overview.btc_volatility).toBeCloseTo(dailyPercent * Math.sqrt(365), 2);
  });

  it("is marked as simulated, and has no regime for want of symbols", async () => {
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 7);
    expect(snapshot).toMatchObject({ origin: "simulator", simulated: true });
    expect(snapshot.market_regime).toBe("UNKNOWN");
    expect(snapshot.missing["market_overview.market_regime"]).toBe("not_enough_symbols");
  });
});
