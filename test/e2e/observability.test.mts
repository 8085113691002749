import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertRules, dashboardExpressions } from "../integration/support/observability.mts";
import { haveValues, isLeftOut, type Scraped } from "../integration/support/promtool.mts";
import { until, untilSnapshot } from "./support/ask.mts";
import { setFault } from "./support/faults.mts";
import {
  type Program,
  type SimulatorProgram,
  simulated,
  startProgram,
  startSimulatorProgram,
} from "./support/program.mts";

const RULES = alertRules();

describe.skipIf(isLeftOut("promtool"))("a worker and a server as Prometheus sees them", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let memcached: TestMemcached;
  let simulator: SimulatorProgram;
  const programs: Program[] = [];
  const metricsUrls: { readonly instance: string; readonly url: string }[] = [];
  let url = "";

  const scrapeOnce = (): Promise<readonly string[]> =>
    Promise.all(metricsUrls.map(async (target) => (await fetch(target.url)).text()));
  /** Both processes, twice: a rate needs two readings. */
  const scrape = async (between: () => Promise<unknown>): Promise<readonly Scraped[]> => {
    const first = await scrapeOnce();
    await between();
    const second = await scrapeOnce();
    return metricsUrls.map(({ instance }, index) => ({ instance, texts: [first[index] ?? "", second[index] ?? ""] }));
  };
  /** The alerts whose condition holds, however long it has to hold before they sound. */
  const alertsOf = async (scraped: readonly Scraped[]): Promise<readonly string[]> => {
    const holds = await haveValues(
      RULES.map(({ expr }) => expr),
      scraped,
      Math.floor(Date.now() / 1000),
    );
    // How late the event loop is, the machine decides, and what else runs on it.
    return RULES.filter(({ alert }, index) => holds[index] && alert !== "PulseboardEventLoopLate").map(
      ({ alert }) => alert,
    );
  };
  const untilReason = (reason: string) =>
    until(async () => (JSON.stringify(await (await fetch(`${url}/readyz`)).json()).includes(reason) ? true : null));

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    [redis, memcached, simulator] = await Promise.all([
      startRedis({ args: ["--maxmemory-policy", "noeviction"] }),
      startMemcached(),
      startSimulatorProgram("--seed", "47", "--ban-ms", "60000"),
    ]);
    const adminPort = await findFreePort();
    const env = {
      REDIS_URL: redis.url,
      MEMCACHED_SERVERS: memcached.address,
      REFRESH_CRON: "*/5 * * * * *",
      SYMBOL_COUNT: "10",
      PORT: "0",
      HOST: "127.0.0.1",
      ADMIN_PORT: String(adminPort),
      ...simulated(simulator.url, join(folder.path, "data")),
    };
    const start = async (instance: "server" | "worker", more: Readonly<Record<string, string>> = {}) => {
      const program = startProgram(instance, [], { ...env, ...more });
      programs.push(program);
      const [target] = await program.printed(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
      metricsUrls.push({ instance, url: target });
      return program;
    };
    const server = await start("server");
    [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    // Before the worker replaces it.
    await until(async () =>
      (await scrapeOnce()).join().includes("pulseboard_refused_documents_total{") ? true : null,
    );
    await start("worker", { ADMIN_PORT: "0" });
    await untilSnapshot(url, ({ sections }) => sections.scores.received === 10);
  });

  afterAll(async () => {
    await Promise.all(programs.map((program) => program.stop()));
    await Promise.all([simulator?.stop(), memcached?.stop(), redis?.stop()]);
    await folder?.remove();
  });

  const unseen = new Set(dashboardExpressions());
  const look = async (scraped: readonly Scraped[]) => {
    const asked = [...unseen];
    const seen = await haveValues(asked, scraped, Math.floor(Date.now() / 1000));
    asked.filter((_, index) => seen[index]).forEach((expr) => void unseen.delete(expr));
  };

  it("shows figures on the dashboard, and gives no alert, while all is well", async () => {
    await untilSnapshot(url, ({ sections }) => !Object.values(sections).some(({ stale }) => stale));
    const scraped = await scrape(() => delay(6_000));
    expect(await alertsOf(scraped)).toEqual([]);
    await look(scraped);
    // What is left is about faults.
    expect(
      [...unseen].filter((expr) => !/refused|dropped|failures|problems|errors|degraded|paused|!="ok"/.test(expr)),
    ).toEqual([]);
  });

  it("names a ban while it lasts, and shows what went wrong with stores, clients and answers", async () => {
    await setFault(simulator.url, "/v5/market/orderbook", "truncated");
    await delay(6_000);
    const before = await scrapeOnce();
    await memcached.kill();
    await refusedSocket(url);
    await cutOffConnection(url);
    await delay(6_000);
    await fetch(`${simulator.url}/__ban`, { method: "POST" });
    await untilReason("exchange_paused:exchange_banned");
    await untilReason("refresh_failing:exchange_banned");
    const during = await scrape(() => delay(6_000));
    const scraped = during.map(({ instance, texts }, index) => ({ instance, texts: [before[index] ?? "", ...texts] }));
    // From the readings of the ban alone: before it, refreshes succeeded.
    expect(await alertsOf(during)).toEqual([
      "PulseboardRefreshFailing",
      "PulseboardBannedOrBlocked",
      "PulseboardDegraded",
    ]);
    await look(scraped);
    // What lies in the stores is sound; the server's own tests count what is not.
    expect([...unseen].filter((expr) => !expr.includes("pulseboard_refused_documents_total"))).toEqual([]);
  });
});

/** Asks for a WebSocket where there is none. */
function refusedSocket(url: string): Promise<void> {
  return say(url, "GET /elsewhere HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

/** Sends more requests ahead of their answers than one connection may. */
function cutOffConnection(url: string): Promise<void> {
  return say(url, "GET /api/dashboard/mobile-data HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));
}

function say(url: string, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.on("error", () => undefined).on("close", () => resolve());
    socket.resume();
    setTimeout(() => socket.destroy(), 1_000).unref();
  });
}
