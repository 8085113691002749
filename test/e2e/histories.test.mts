import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, until, untilSnapshot } from "./support/ask.mts";
import {
  type Program,
  type SimulatorProgram,
  simulated,
  startHurried,
  startSimulatorProgram,
} from "./support/program.mts";

const SYMBOLS = 5;

// What a phone gets of histories and of the record, from a worker and a server in two processes.
describe("histories over Redis and memcached", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let memcached: TestMemcached;
  let simulator: SimulatorProgram;
  let worker: Program;
  let server: Program;
  let url = "";

  beforeAll(async () => {
    [folder, redis, memcached, simulator] = await Promise.all([
      createTemporaryFolder(),
      startRedis(),
      startMemcached(),
      startSimulatorProgram("--seed", "8"),
    ]);
    const env = {
      REDIS_URL: redis.url,
      MEMCACHED_SERVERS: memcached.address,
      KEY_PREFIX: "one:",
      REFRESH_CRON: "*/2 * * * * *",
      SYMBOL_COUNT: String(SYMBOLS),
      PORT: "0",
      HOST: "127.0.0.1",
      ...simulated(simulator.url, folder.path),
    };
    worker = startHurried({ worker: true, server: false }, env);
    server = startHurried({ worker: false, server: true }, env);
    [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    await untilSnapshot(url, ({ sections }) => sections.scores.received === SYMBOLS);
  });

  afterAll(async () => {
    await worker?.stop();
    await server?.stop();
    await simulator?.stop();
    await redis?.stop();
    await memcached?.stop();
    await folder?.remove();
  });

  const body = async (path: string) => (await ask(url + path)).body as Record<string, unknown>;
  const untilThere = async (path: string): Promise<Record<string, unknown>> => {
    const found = await until(async () => {
      const answer = await body(path);
      return answer.status === "success" ? answer : null;
    });
    expect(found, path).not.toBeNull();
    return found ?? {};
  };

  it("has the days of all symbols at once, with prices of the whole day", async () => {
    const days = await untilThere("/api/days");
    const symbols = Object.entries(Object(days.symbols)) as [string, { price_day: (number | null)[] }][];
    expect(symbols).toHaveLength(SYMBOLS);
    for (const [symbol, { price_day }] of symbols) {
      expect(price_day, symbol).toHaveLength(48);
      expect(price_day.filter((price) => price === null).length, symbol).toBeLessThanOrEqual(1);
    }
  });

  it("has the history of a symbol, whose last price is near the one that is shown", async () => {
    const { confluence_scores: rows } = (await body("/api/snapshot")) as {
      confluence_scores: { symbol: string; price: number }[];
    };
    for (const { symbol, price } of rows) {
      const history = await untilThere(`/api/history/${symbol}`);
      expect(history).toMatchObject({ symbol, simulated: true, scores_since: expect.any(Number) });
      const { "6h": hours } = history.spans as Record<string, { price: (number | null)[] }>;
      const last = hours?.price.findLast((each) => each !== null) ?? 0;
      expect(Math.abs(last / price - 1), symbol).toBeLessThan(0.05);
    }
    expect((await ask(`${url}/api/history/NOPEUSDT`)).status).toBe(404);
  });

  it("has a record that says how much it still needs", async () => {
    expect(await untilThere("/api/record")).toMatchObject({
      simulated: true,
      needs_symbols: 20,
      symbols: SYMBOLS,
      outlook: { "1h": { shown: false, why: "collecting" } },
    });
  });

  it("keeps them under their own keys, apart from the publication of the snapshot", async () => {
    expect(await redis.say("GET one:mobile:days")).toContain('"sequence":');
    expect(await redis.say("LRANGE one:pulseboard:documents 0 -1")).not.toMatch(/mobile:(days|history|record)/);
    expect(Number((await redis.say("PTTL one:mobile:days")).replace(/\D/g, ""))).toBeGreaterThan(86_400_000);
    expect(await memcached.say("get one:mobile:days")).toMatch(/VALUE one:mobile:days/);
  });

  it("are served on from memory when every store was emptied", async () => {
    const before = await body("/api/days");
    await Promise.all([redis.say("FLUSHALL"), memcached.say("flush_all")]);
    for (let request = 0; request < 20; request++) {
      expect(await body("/api/days")).toEqual(before);
    }
  });
});
