import { createServer } from "node:net";
import { findFreePort } from "@pulseboard/testing/free-port";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, until, untilSnapshot } from "./support/ask.mts";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startProgram,
  startPulseboard,
  startSimulatorProgram,
} from "./support/program.mts";

const EVERY_5_S = { REFRESH_CRON: "*/5 * * * * *", SYMBOL_COUNT: "5" };
type Folder = Awaited<ReturnType<typeof createTemporaryFolder>>;

const setFault = async (simulator: string, endpoint: string, fault: string) => {
  const response = await fetch(`${simulator}/__faults`, { method: "POST", body: JSON.stringify({ endpoint, fault }) });
  expect(response.status).toBe(200);
};
const clearFaults = (simulator: string) => fetch(`${simulator}/__faults`, { method: "DELETE" });

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
    await pulseboard.printed(/Refresh failed[\s\S]*Refresh failed/, 15_000);
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
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 5, 30_000);
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
    await untilSnapshot(pulseboard.url, ({ sections }) => sections.scores.received === 5, 30_000);
  });

  afterAll(async () => {
    await pulseboard?.stop();
    await simulator?.stop();
    await folder?.remove();
  });

  it("a failing ticker call makes three sections stale, not the page", async () => {
    await setFault(simulator.url, "/v5/market/tickers", "truncated");
    const snapshot = await untilSnapshot(pulseboard.url, ({ sections }) => sections.overview.stale, 60_000);
    expect(snapshot.stale).toBe(false);
    expect(snapshot.sections.movers).toMatchObject({ stale: true, reason: "source_unavailable" });
    expect(snapshot.sections.scores).toMatchObject({ stale: false, received: 5 });
    expect(snapshot.market_overview.total_volume_24h).toBeGreaterThan(0);
    const { body } = await ask(`${pulseboard.url}/readyz`);
    expect(JSON.stringify(body.degraded)).toContain("overview");
    await clearFaults(simulator.url);
    await untilSnapshot(pulseboard.url, ({ sections }) => !sections.overview.stale, 60_000);
  });

  it("an exchange that goes away altogether leaves the last snapshot, which grows stale and says so", async () => {
    const before = await untilSnapshot(pulseboard.url, ({ stale }) => !stale, 10_000);
    await setFault(simulator.url, "*", "http_503");
    const stale = await untilSnapshot(pulseboard.url, (snapshot) => snapshot.stale, 40_000);
    expect(stale.data_source).toBe("stale");
    expect(stale.market_overview).toMatchObject({ trend_strength: expect.any(Number), btc_price: expect.any(Number) });
    expect(stale.confluence_scores).toHaveLength(5);
    expect(stale.sequence).toBeGreaterThanOrEqual(before.sequence);
    const { status, body } = await ask(`${pulseboard.url}/readyz`);
    expect(status).toBe(200);
    expect(body.degraded).not.toEqual([]);
    await clearFaults(simulator.url);
    const after = await untilSnapshot(pulseboard.url, (snapshot) => !snapshot.stale, 60_000);
    expect(after.sequence).toBeGreaterThan(stale.sequence);
  });
});

describe("a restart", () => {
  it("serves the last known good documents at once, and goes on from them", async () => {
    const folder = await createTemporaryFolder();
    const simulator = await startSimulatorProgram("--seed", "3");
    const env = { ...simulated(simulator.url, folder.path), SYMBOL_COUNT: "5" };
    const first = await startPulseboard(env);
    try {
      const before = await untilSnapshot(first.url, ({ sections }) => sections.scores.received === 5, 30_000);
      const { code, tookMs } = await first.stop("SIGTERM");
      expect(code).toBe(0);
      expect(tookMs).toBeLessThan(5_000);

      await setFault(simulator.url, "*", "reset");
      const second = await startPulseboard(env);
      const restored = await untilSnapshot(second.url, () => true, 5_000);
      expect(restored.sequence).toBe(before.sequence);
      expect(restored.confluence_scores).toEqual(before.confluence_scores);

      await clearFaults(simulator.url);
      const after = await untilSnapshot(
        second.url,
        ({ sequence, sections }) => sequence > before.sequence && !sections.scores.stale,
        60_000,
      );
      expect(after.confluence_scores[0]?.score_history.length).toBeGreaterThan(0);
      await second.stop();

      // The documents of a simulator are never served as the exchange's.
      const other = await startPulseboard({
        EXCHANGE: "bybit",
        EXCHANGE_URL: `http://127.0.0.1:${await findFreePort()}`,
        REFERENCE_URL: `http://127.0.0.1:${await findFreePort()}`,
        DATA_DIR: folder.path,
      });
      expect((await ask(`${other.url}/api/dashboard/mobile-data`)).body.status).toBe("error");
      expect(await until(async () => (other.output().includes("simulator") ? true : null), 5_000)).toBe(true);
      await other.stop();
    } finally {
      await first.stop();
      await simulator.stop();
      await folder.remove();
    }
  });
});

describe("a wrong environment", () => {
  it("is refused with everything that is wrong, and what to do, on a few lines", async () => {
    const program = startProgram("start", [], {
      PORT: "80a",
      SYMBOL_COUNT: "0",
      REFRESH_CRON: "* * * * *",
    });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain("REFRESH_CRON");
    expect(program.output()).toMatch(/PORT[\s\S]*SYMBOL_COUNT|SYMBOL_COUNT[\s\S]*PORT/);
    expect(program.output()).not.toContain("    at ");
  });

  it("a simulator that is not said to be one is refused, with what to set", async () => {
    const folder = await createTemporaryFolder();
    const simulator = await startSimulatorProgram("--seed", "1");
    const pulseboard = await startPulseboard({
      EXCHANGE_URL: simulator.url,
      REFERENCE_URL: simulator.url,
      DATA_DIR: folder.path,
    });
    await pulseboard.printed(/exchange_is_simulator[\s\S]*EXCHANGE=simulator/, 15_000);
    expect((await ask(`${pulseboard.url}/api/dashboard/mobile-data`)).body.status).toBe("error");
    await pulseboard.stop();
    await simulator.stop();
    await folder.remove();
  });

  it("a port that is taken is named", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const program = startProgram("start", [], {
      PORT: port,
      HOST: "127.0.0.1",
      EXCHANGE_URL: "http://127.0.0.1:1",
    });
    expect(await program.ended()).toBe(1);
    holder.close();
    expect(program.output()).toContain(port);
    expect(program.output()).toContain("PORT");
    expect(program.output()).not.toContain("    at ");
  });
});
