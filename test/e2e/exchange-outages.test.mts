import { findFreePort } from "@pulseboard/testing/free-port";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, untilSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "./support/program.mts";

const EVERY_5_S = { REFRESH_CRON: "*/5 * * * * *", SYMBOL_COUNT: "5" };
type Folder = Awaited<ReturnType<typeof createTemporaryFolder>>;

describe("an exchange that cannot be reached", () => {
  let folder: Folder;
  let pulseboard: Pulseboard;
  let simulator: SimulatorProgram | undefined;
  let port = 0;

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    port = await findFreePort();
    pulseboard = await startPulseboard({ ...simulated(`http://127.0.0.1:${port}`, folder.path), ...EVERY_5_S });
  });

  afterAll(async () => {
    await pulseboard?.stop();
    await simulator?.stop();
    await folder?.remove();
  });

  it("is answered with the error body, at once and with 200, and not ready", async () => {
    const { status, headers, body } = await ask(`${pulseboard.url}/api/dashboard/mobile-data`);
    expect(status).toBe(200);
    expect(headers.get("retry-after")).toBe("2");
    expect(body).toMatchObject({
      status: "error",
      data_source: "error",
      confluence_scores: [],
      top_movers: { gainers: [], losers: [] },
    });
    const overview = body.market_overview as Record<string, unknown>;
    expect(overview.market_regime).toBe("UNKNOWN");
    expect(Object.values(overview).filter((value) => value !== null)).toEqual(["UNKNOWN"]);
    expect((await ask(`${pulseboard.url}/readyz`)).status).toBe(503);
    expect((await ask(`${pulseboard.url}/healthz`)).status).toBe(200);
  });

  it("is one clear line per attempt, with the reason and the hint to try the demo", async () => {
    await pulseboard.printed(/Refresh failed[\s\S]*Refresh failed/);
    const attempts = pulseboard
      .output()
      .split("\n")
      .filter((line) => line.includes("Refresh failed"));
    for (const line of attempts) {
      expect(line).toContain("exchange_unreachable");
      expect(line).toContain("demo");
      expect(line).toContain("ECONNREFUSED");
    }
    const others = pulseboard
      .output()
      .split("\n")
      .filter((line) => /"level":"(warn|error|fatal)"/.test(line));
    expect(others.filter((line) => !line.includes("Refresh failed") && line.includes("/v5/"))).toEqual([]);
  });

  it("is used as soon as it is there, without a restart", async () => {
    simulator = await startSimulatorProgram("--port", String(port), "--seed", "5");
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 5);
    expect(snapshot.status).toBe("success");
    expect((await ask(`${pulseboard.url}/readyz`)).status).toBe(200);
  });
});

describe("faults over the wire", () => {
  let folder: Folder;
  let pulseboard: Pulseboard;
  let simulator: SimulatorProgram;

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    simulator = await startSimulatorProgram("--seed", "11");
    pulseboard = await startPulseboard({
      ...simulated(simulator.url, folder.path),
      ...EVERY_5_S,
      FRESH_FOR_MS: "8000",
    });
    await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 5);
  });

  afterAll(async () => {
    await pulseboard?.stop();
    await simulator?.stop();
    await folder?.remove();
  });

  it("a failing ticker call makes three sections stale, not the page", async () => {
    await setFault(simulator.url, "/v5/market/tickers", "truncated");
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.overview.stale);
    expect(snapshot.stale).toBe(false);
    expect(snapshot.sections.movers).toMatchObject({ stale: true, reason: "source_unavailable" });
    expect(snapshot.sections.scores).toMatchObject({ stale: false, received: 5 });
    expect(snapshot.market_overview.total_volume_24h).toBeGreaterThan(0);
    const { body } = await ask(`${pulseboard.url}/readyz`);
    expect(JSON.stringify(body.degraded)).toContain("overview");
    await clearFaults(simulator.url);
    await untilSnapshot(pulseboard.url, ({ sections }) => !sections.overview.stale);
  });

  it("an exchange that disappears altogether leaves the last snapshot, which becomes stale and says so", async () => {
    const before = await untilSnapshot(pulseboard.url, ({ stale }) => !stale);
    await setFault(simulator.url, "*", "http_503");
    const stale = await untilSnapshot(pulseboard.url, (snapshot) => snapshot.stale);
    expect(stale.data_source).toBe("stale");
    expect(stale.market_overview).toMatchObject({ trend_strength: expect.any(Number), btc_price: expect.any(Number) });
    expect(stale.confluence_scores).toHaveLength(5);
    expect(stale.sequence).toBeGreaterThanOrEqual(before.sequence);
    const { status, body } = await ask(`${pulseboard.url}/readyz`);
    expect(status).toBe(200);
    expect(body.degraded).not.toEqual([]);
    await clearFaults(simulator.url);
    const after = await untilSnapshot(pulseboard.url, (snapshot) => !snapshot.stale);
    expect(after.sequence).toBeGreaterThan(stale.sequence);
  });
});
