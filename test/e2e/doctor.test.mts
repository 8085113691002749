import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { hostname } from "node:os";
import { join } from "node:path";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { until, untilSnapshot } from "./support/ask.mts";
import { type Patient, type Visit, visit } from "./support/doctor.mts";
import { setFault } from "./support/faults.mts";
import { type Program, type SimulatorProgram, startProgram, startSimulatorProgram } from "./support/program.mts";

const SYMBOLS = 3;
const PAUSED = ["pulseboard:refresh:meta", "paused"];
/** In a password: no output may have it. */
const SECRET = "hunter2";

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let redis: TestRedis;
let memcached: TestMemcached;
let simulator: SimulatorProgram;
let worker: Program;
let server: Program;
let settings: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  folder = await createTemporaryFolder();
  [redis, memcached, simulator] = await Promise.all([
    startRedis(),
    startMemcached(),
    startSimulatorProgram("--seed", "5"),
  ]);
  const port = await findFreePort();
  settings = {
    PORT: String(port),
    HOST: "127.0.0.1",
    ADMIN_PORT: String(await findFreePort()),
    REDIS_URL: redis.url,
    MEMCACHED_SERVERS: memcached.address,
    EXCHANGE: "simulator",
    EXCHANGE_URL: simulator.url,
    REFRESH_CRON: "*/10 * * * * *",
    SYMBOL_COUNT: String(SYMBOLS),
    DATA_DIR: join(folder.path, "data"),
  };
  worker = startProgram("worker", [], settings);
  server = startProgram("server", [], settings);
  await server.printed(/answers at/);
  await untilSnapshot(`http://127.0.0.1:${port}`, ({ sections }) => sections.scores.received === SYMBOLS);
});

afterAll(async () => {
  await Promise.all([worker?.stop("SIGKILL"), server?.stop("SIGKILL"), simulator?.stop("SIGKILL")]);
  await Promise.all([redis?.stop(), memcached?.stop()]);
  await folder?.remove();
});

const look = (changes: Readonly<Record<string, string>> = {}, more: Partial<Patient> = {}): Promise<Visit> =>
  visit({ folder: folder.path, settings: { ...settings, ...changes }, ...more });

/** Serves this body as /readyz until the end of the test; its port. */
async function startOther(status: number, body: object): Promise<string> {
  const other = createServer((_, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once("listening", resolve));
  const address = other.address();
  return typeof address === "object" && address !== null ? String(address.port) : "";
}

describe("A healthy installation", () => {
  it("is well, with a line for everything and nothing asked of the exchange but its time", async () => {
    const asked = await startSimulatorProgram("--seed", "5");
    onTestFinished(async () => void (await asked.stop()));
    const seen = await look({ EXCHANGE_URL: asked.url });
    expect(seen).toMatchObject({ code: 0, failed: [], warned: [], unknown: [] });
    expect(seen.seen("worker: word")).toContain(`process ${worker.process.pid} on ${hostname()}`);
    expect(seen.seen("queue: workers of the queue")).toBe(`${hostname()}:${worker.process.pid}`);
    for (const store of ["redis", "memcached", "disk"]) {
      expect(seen.seen(`snapshot: ${store}`)).toMatch(/^sequence \d+, schema \d+, simulator, \d+ kB$/);
    }
    const { requests } = (await (await fetch(`${asked.url}/__stats`)).json()) as {
      readonly requests: Readonly<Record<string, number>>;
    };
    expect(Object.entries(requests).filter(([path]) => path.startsWith("/v5/"))).toEqual([["/v5/market/time", 1]]);
    // On a machine that is busy with other tests it takes what it takes.
    expect(seen.tookMs).toBeLessThan(inject("thorough") ? 10_000 : 60_000);
  });

  it("is looked at without the exchange and the reference data by --offline", async () => {
    const seen = await look({ EXCHANGE_URL: "http://127.0.0.1:1" }, { args: ["--offline"] });
    expect(seen).toMatchObject({ code: 0, failed: [], unknown: [] });
    expect(seen.output).not.toMatch(/"title":"(?:exchange|reference data)"/);
  });

  it("has its configuration alone looked at by --config", async () => {
    const seen = await look({ REDIS_URL: "redis://127.0.0.1:1" }, { args: ["--config"] });
    expect(seen).toMatchObject({ code: 0, failed: [] });
    expect(seen.output.match(/"title":"[^"]*"/g)).toEqual(['"title":"configuration"']);
  });

  it.runIf(inject("thorough"))("has its configuration looked at within a second", async () => {
    const times: number[] = [];
    // The best of some: the machine may be at something else.
    await expect
      .poll(async () => {
        times.push((await look({ REDIS_URL: "redis://127.0.0.1:1" }, { args: ["--config"] })).tookMs);
        return Math.min(...times);
      })
      .toBeLessThan(1_000);
  });
});

interface Broken {
  readonly name: string;
  /** Settings that differ, and what lasts only for this look. */
  readonly breakIt: () => Promise<Readonly<Record<string, string>>>;
  readonly mend?: () => Promise<unknown>;
  readonly file?: Buffer;
  readonly failed: readonly string[];
  readonly warned?: readonly string[];
  /** 3 where only something could not be looked at. */
  readonly code?: number;
  /** What one of the lines must have seen. */
  readonly seen?: readonly [string, RegExp];
}

const set = (changes: Readonly<Record<string, string>>) => async () => changes;

/** In the order of the sections. */
const BROKEN: readonly Broken[] = [
  { name: "a wrong number", breakIt: set({ PORT: "80a" }), failed: ["configuration: PORT"] },
  {
    name: "a password that is not percent-encoded",
    breakIt: set({ REDIS_URL: `redis://:${SECRET}/x@127.0.0.1` }),
    failed: ["configuration: REDIS_URL"],
  },
  {
    name: "a misspelt name",
    breakIt: set({ REDIS_URI: `redis://:${SECRET}@127.0.0.1` }),
    failed: ["configuration: REDIS_URI"],
  },
  {
    name: "UTF-16 without a mark",
    breakIt: set({}),
    file: Buffer.from(`ADMIN_TOKEN=${SECRET}`, "utf16le"),
    failed: ["configuration: file .env"],
  },
  {
    name: "a line that sets nothing",
    breakIt: set({ "#": `ADMIN_TOKEN ${SECRET}` }),
    failed: ["configuration: file .env"],
  },
  {
    name: "a schedule that is too dense",
    breakIt: set({ REFRESH_CRON: "* * * * * *" }),
    failed: ["configuration: REFRESH_CRON"],
  },
  {
    name: "a DATA_DIR that is a file",
    breakIt: async () => {
      await writeFile(join(folder.path, "file"), "");
      return { DATA_DIR: join(folder.path, "file") };
    },
    failed: ["machine: disk of DATA_DIR", "snapshot: disk"],
    warned: ["worker: another worker"],
  },
  {
    name: "a DATA_DIR that no worker writes to",
    breakIt: async () => {
      await mkdir(join(folder.path, "empty"), { recursive: true });
      return { DATA_DIR: join(folder.path, "empty") };
    },
    failed: ["snapshot: disk"],
    warned: ["worker: another worker"],
    seen: ["worker: another worker", /^process \d+ on .* with DATA_DIR .*\/data uses the same keys; ours .*\/empty/],
  },
  {
    name: "a Redis that is not there",
    breakIt: set({ REDIS_URL: `redis://:${SECRET}@127.0.0.1:1` }),
    failed: ["Redis: answers"],
  },
  {
    name: "a Redis that wants a password",
    breakIt: async () => {
      await redis.say(`CONFIG SET requirepass ${SECRET}`);
      return {};
    },
    mend: async () => redis.say(`AUTH ${SECRET}\r\nCONFIG SET requirepass ""`),
    failed: ["Redis: answers"],
  },
  {
    name: "a Redis that drops keys",
    breakIt: async () => {
      await redis.say("CONFIG SET maxmemory-policy allkeys-lru");
      return {};
    },
    mend: () => redis.say("CONFIG SET maxmemory-policy noeviction"),
    failed: ["Redis: eviction policy"],
    seen: ["Redis: eviction policy", /^allkeys-lru$/],
  },
  {
    name: "a Redis whose memory is full",
    breakIt: async () => {
      await redis.say("CONFIG SET maxmemory 1mb");
      return {};
    },
    mend: async () => {
      await redis.say("CONFIG SET maxmemory 0");
      // A worker that wanted to write meanwhile says so until its next refresh.
      expect(await until(async () => ((await look()).failed.length === 0 ? true : null))).toBe(true);
    },
    failed: ["Redis: memory"],
  },
  {
    name: "a database of Redis that others use, too",
    breakIt: async () => {
      await redis.say("SET somebody:else 1");
      return {};
    },
    mend: () => redis.say("DEL somebody:else"),
    failed: [],
    warned: ["Redis: keys"],
  },
  {
    name: "a memcached that is not there",
    breakIt: set({ MEMCACHED_SERVERS: "127.0.0.1:1" }),
    failed: ["memcached: 127.0.0.1:1"],
  },
  {
    name: "a memcached whose port another program has",
    breakIt: async () => ({ MEMCACHED_SERVERS: simulator.url.replace("http://", "") }),
    failed: ["memcached: PORT"],
  },
  {
    name: "an exchange that is not there",
    breakIt: set({ EXCHANGE_URL: "http://127.0.0.1:1", REFERENCE_URL: "" }),
    failed: ["exchange: answers"],
    warned: ["reference data: coingecko", "reference data: coinpaprika", "reference data: alternative.me"],
    seen: ["exchange: answers", /^exchange_unreachable: /],
  },
  {
    name: "the simulator in the exchange's place",
    breakIt: async () => ({ EXCHANGE: "bybit", REFERENCE_URL: simulator.url }),
    failed: ["exchange: answers", "snapshot: redis", "snapshot: memcached", "snapshot: disk"],
    seen: ["exchange: answers", /^exchange_is_simulator: /],
  },
  {
    name: "more symbols than the budget allows",
    breakIt: set({ SYMBOL_COUNT: "500", REQUEST_BUDGET_SHARE: "0.1" }),
    failed: ["budget: requests"],
    seen: ["budget: requests", /up to \d+ symbols fit/],
  },
  {
    name: "another KEY_PREFIX than the worker's",
    breakIt: set({ KEY_PREFIX: "other:" }),
    failed: ["snapshot: redis", "snapshot: memcached"],
  },
  {
    name: "a paused queue",
    breakIt: async () => {
      await redis.say(`HSET ${PAUSED.join(" ")} 1`);
      return {};
    },
    mend: () => redis.say(`HDEL ${PAUSED.join(" ")}`),
    failed: ["queue: queue"],
  },
  {
    name: "a server that does not run",
    breakIt: async () => ({ PORT: String(await findFreePort()) }),
    failed: ["server: answers"],
  },
  {
    name: "another program on PORT",
    breakIt: async () => ({ PORT: await startOther(200, { hello: "world" }) }),
    failed: ["server: answers"],
    seen: ["server: answers", /^another program answers/],
  },
  {
    name: "a server of another version",
    breakIt: async () => ({
      PORT: await startOther(200, { status: "ready", version: "9.9.9", commit: "abc1234", degraded: [], sequence: 1 }),
    }),
    failed: ["server: version"],
    seen: ["server: version", /^9\.9\.9\+abc1234$/],
  },
  {
    name: "a server with nothing to serve",
    breakIt: async () => {
      const { version = "", commit = "" } =
        /"version":"(?<version>[^"]+)","commit":"(?<commit>[^"]+)"/.exec(server.output())?.groups ?? {};
      return { PORT: await startOther(503, { status: "not_ready", version, commit, degraded: ["no_snapshot"] }) };
    },
    failed: ["server: answers"],
    warned: ["server: degraded"],
  },
  {
    name: "a port that cannot be known",
    breakIt: set({ PORT: "0" }),
    failed: [],
    code: 3,
  },
];

describe("A broken installation", () => {
  it.each(BROKEN)("with $name has just that line", async (broken) => {
    const changes = await broken.breakIt();
    try {
      const seen = await look(changes, broken.file === undefined ? {} : { file: broken.file });
      const named = (lines: readonly string[]) =>
        lines.map((line) => line.replace(/^memcached: .*:(?!1$)\d+$/, "memcached: PORT"));
      // The server's and the worker's own words about what is wrong follow a moment later, or not.
      const warned = seen.warned.filter(
        (line) => line !== "server: degraded" || broken.warned?.includes(line) === true,
      );
      const failed = seen.failed.filter((line) => line !== "worker: store_unwritable:redis");
      expect({ failed: named(failed), warned }).toEqual({ failed: broken.failed, warned: broken.warned ?? [] });
      expect(seen.code).toBe(broken.code ?? (broken.failed.length > 0 ? 1 : 0));
      if (broken.seen !== undefined) {
        expect(seen.seen(broken.seen[0])).toMatch(broken.seen[1]);
      }
      expect(seen.output).not.toContain(SECRET);
      for (const { cure } of JSON.parse(seen.output)
        .sections.flatMap((one: { checks: unknown[] }) => one.checks)
        .filter(({ verdict }: { verdict: string }) => verdict === "failed" || verdict === "warning")) {
        expect(cure).toMatch(/^[A-Z].*\.$/s);
      }
    } finally {
      await broken.mend?.();
    }
  });
});

describe("A second worker at the same keys", () => {
  it("is named beside ours", async () => {
    const other = startProgram("worker", [], { ...settings, DATA_DIR: join(folder.path, "other") });
    onTestFinished(async () => void (await other.stop("SIGKILL")));
    const both = [worker.process.pid, other.process.pid].map((pid) => `${hostname()}:${pid}`);
    const seen = await until(async () => {
      const now = await look();
      return now.warned.includes("queue: workers of the queue") ? now : null;
    });
    expect(seen).toMatchObject({ code: 0, failed: [] });
    expect(seen?.seen("queue: workers of the queue").split(": ")[1]?.split(", ").toSorted()).toEqual(both.toSorted());
  });
});

describe("A ban by the exchange", () => {
  it("is named with its end, and the exchange is not asked while it lasts", async () => {
    await setFault(simulator.url, "*", "rate_ban_403");
    await worker.printed(/exchange_banned/);
    const asked = await startSimulatorProgram("--seed", "5");
    onTestFinished(async () => void (await asked.stop()));
    const seen = await until(async () => {
      const now = await look({ EXCHANGE_URL: asked.url });
      return now.failed.includes("exchange: answers") ? now : null;
    });
    expect(seen?.seen("exchange: answers")).toMatch(
      /^not asked: it has paused us until \d{4}-.*Z \(exchange_banned\)$/,
    );
    expect(seen?.failed.filter((line) => line !== "snapshot: age")).toEqual(["exchange: answers"]);
    const { requests } = (await (await fetch(`${asked.url}/__stats`)).json()) as { readonly requests: object };
    expect(Object.keys(requests).filter((path) => path.startsWith("/v5/"))).toEqual([]);
  });
});
