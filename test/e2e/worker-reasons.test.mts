import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { READINESS_REASONS } from "@pulseboard/runtime";
import { SCHEMA_VERSION } from "@pulseboard/snapshot";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ask, untilSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import { HURRIED } from "./support/hurried-durations.mts";
import {
  type Program,
  ROOT,
  type SimulatorProgram,
  simulated,
  startHurried,
  startSimulatorProgram,
} from "./support/program.mts";

const PERIOD_MS = 2_000;
const BAN_MS = 8_000;
const DURATIONS = {
  ...HURRIED,
  worker: { ...HURRIED.worker, silentQueueMs: 4_000 },
  exchange: { banPauseMs: BAN_MS },
};
/** With which a reason may still be named: one that was under way as its cause ended, and those of two periods. */
const MOST_REFRESHES = 3;
const META = "pulseboard:refresh:meta";

interface Stage {
  readonly simulator: SimulatorProgram;
  readonly redis: TestRedis | null;
  readonly memcached: TestMemcached | null;
  readonly worker: Program;
  /** DATA_DIR. */
  readonly dataDir: string;
}

interface Cause {
  readonly name: string;
  /** All of these, among others. */
  readonly reasons: readonly string[];
  readonly begin: (stage: Stage) => Promise<unknown>;
  readonly end: (stage: Stage) => Promise<unknown>;
  /** In the output of worker and server. */
  readonly saysItBegins: RegExp;
  readonly saysItEnds: RegExp;
  /** Only where worker and server are two processes. */
  readonly separately?: true;
}

const CAUSES: readonly Cause[] = [
  {
    name: "a frozen exchange",
    reasons: ["exchange_frozen", "refresh_failing:exchange_frozen"],
    begin: ({ simulator }) => setFault(simulator.url, "*", "frozen"),
    end: ({ simulator }) => clearFaults(simulator.url),
    saysItBegins: /"code":"exchange_frozen".*"msg":"Refresh failed"/,
    saysItEnds: /"over":\[.*"exchange_frozen".*"msg":"Refreshes succeed again"/,
  },
  {
    name: "tickers that cannot be read",
    reasons: ["section_stale:overview"],
    begin: ({ simulator }) => setFault(simulator.url, "/v5/market/tickers", "truncated"),
    end: ({ simulator }) => clearFaults(simulator.url),
    saysItBegins:
      /"level":"warn".*"endpoint":"\/v5\/market\/tickers","code":"exchange_bad_body"[\s\S]*"level":"warn".*"degraded":"section_stale:overview"/,
    saysItEnds: /"level":"info".*"degraded":"section_stale:overview"/,
    separately: true,
  },
  {
    name: "a lagging exchange",
    reasons: ["exchange_lagging"],
    begin: ({ simulator }) => setFault(simulator.url, "/v5/market/tickers", "lagging"),
    end: ({ simulator }) => clearFaults(simulator.url),
    saysItBegins: /"level":"warn".*"code":"exchange_lagging"/,
    saysItEnds: /"over":\["exchange_lagging"\]/,
  },
  {
    name: "a ban",
    reasons: ["exchange_paused:exchange_banned", "refresh_failing:exchange_banned"],
    begin: ({ simulator }) => fetch(`${simulator.url}/__ban`, { method: "POST" }),
    end: async () => undefined,
    saysItBegins: /exchange: all calls paused until/,
    saysItEnds: /exchange: it answers again/,
  },
  {
    name: "an exchange that answers nothing usable",
    reasons: ["refresh_failing:exchange_unavailable", "snapshot_stale"],
    begin: ({ simulator }) => setFault(simulator.url, "*", "http_503"),
    end: ({ simulator }) => clearFaults(simulator.url),
    saysItBegins: /"code":"exchange_unavailable".*"msg":"Refresh failed"[\s\S]*"msg":"The snapshot is stale"/,
    saysItEnds:
      /"over":\["refresh_failing:exchange_unavailable"\].*"msg":"Refreshes succeed again"[\s\S]*"msg":"The snapshot is fresh again"/,
  },
  {
    name: "a folder of documents that is none",
    reasons: ["store_unwritable:disk", "store_away:disk"],
    begin: async ({ dataDir }) => {
      await rename(dataDir, `${dataDir}-aside`);
      await writeFile(dataDir, "");
    },
    end: async ({ dataDir }) => {
      await rm(dataDir);
      await rename(`${dataDir}-aside`, dataDir);
    },
    saysItBegins: /"level":"warn".*"outage":"disk"/,
    saysItEnds: /"level":"info".*"outage":"disk"/,
    separately: true,
  },
  {
    name: "a memcached that is away",
    reasons: ["store_unwritable:memcached", "store_away:memcached"],
    begin: ({ memcached }) => memcached?.kill() ?? Promise.resolve(),
    end: ({ memcached }) => memcached?.restart() ?? Promise.resolve(),
    saysItBegins: /"level":"warn".*"outage":"memcached"/,
    saysItEnds: /"level":"info".*"outage":"memcached"/,
    separately: true,
  },
  {
    name: "a Redis that is away",
    reasons: ["store_unwritable:redis", "store_away:redis"],
    begin: ({ redis }) => redis?.kill() ?? Promise.resolve(),
    end: ({ redis }) => redis?.restart() ?? Promise.resolve(),
    saysItBegins: /"level":"warn".*"outage":"redis"/,
    saysItEnds: /"level":"info".*"outage":"redis"/,
    separately: true,
  },
  {
    name: "a Redis that may drop documents",
    reasons: ["redis_eviction_policy:allkeys-lru"],
    begin: ({ redis }) => redis?.say("CONFIG SET maxmemory-policy allkeys-lru") ?? Promise.resolve(),
    end: ({ redis }) => redis?.say("CONFIG SET maxmemory-policy noeviction") ?? Promise.resolve(),
    saysItBegins: /"level":"warn".*"policy":"allkeys-lru"/,
    saysItEnds: /Redis's eviction policy is noeviction now/,
    separately: true,
  },
  {
    name: "a paused queue",
    reasons: ["queue_silent"],
    begin: ({ redis }) => redis?.say(`HSET ${META} paused 1`) ?? Promise.resolve(),
    end: ({ redis }) => redis?.say(`HDEL ${META} paused`) ?? Promise.resolve(),
    saysItBegins: /"level":"warn".*"outage":"refresh queue".*"code":"queue_silent"/,
    saysItEnds: /"level":"info".*"outage":"refresh queue"/,
    separately: true,
  },
  {
    name: "a worker that hangs as a whole",
    reasons: ["worker_silent"],
    begin: async ({ worker }) => worker.process.kill("SIGSTOP"),
    end: async ({ worker }) => worker.process.kill("SIGCONT"),
    saysItBegins: /"msg":"The worker is silent"/,
    saysItEnds: /"msg":"The worker speaks again"/,
    separately: true,
  },
];

/** With which each test begins: nothing can be collected yet. */
const NOTHING_YET: Cause = {
  name: "an exchange that has never answered",
  reasons: ["no_snapshot"],
  begin: async () => undefined,
  end: ({ simulator }) => clearFaults(simulator.url),
  saysItBegins: /"msg":"There is no snapshot to serve"/,
  saysItEnds: /"msg":"There is a snapshot to serve"/,
};

/** By a second program, below. */
const WAITING = "history_waiting";

it("has a cause of every reason that there is", () => {
  const provoked = [NOTHING_YET, ...CAUSES].flatMap(({ reasons }) => reasons).concat(WAITING);
  const names = Object.keys(READINESS_REASONS);
  expect(names.filter((name) => !provoked.some((reason) => reason.startsWith(name)))).toEqual([]);
});

describe.each(["separate", "one process"])("worker and server, %s:", (kind) => {
  const isSeparate = kind === "separate";
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let dataDir = "";
  let redis: TestRedis | null = null;
  let memcached: TestMemcached | null = null;
  let simulator: SimulatorProgram;
  let worker: Program;
  let server: Program;
  let url = "";
  let metricsUrl = "";

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    simulator = await startSimulatorProgram("--seed", "9", "--ban-ms", `${BAN_MS}`);
    await setFault(simulator.url, "/v5/market/tickers", "http_503");
    redis = isSeparate ? await startRedis() : null;
    memcached = isSeparate ? await startMemcached() : null;
    dataDir = join(folder.path, "data");
    await mkdir(dataDir);
    const env = {
      REDIS_URL: redis?.url ?? "",
      MEMCACHED_SERVERS: memcached?.address ?? "",
      REFRESH_CRON: `*/${PERIOD_MS / 1000} * * * * *`,
      SYMBOL_COUNT: "5",
      PORT: "0",
      HOST: "127.0.0.1",
      ...simulated(simulator.url, dataDir),
    };
    server = startHurried({ worker: !isSeparate, server: true }, env, DURATIONS);
    worker = isSeparate ? startHurried({ worker: true, server: false }, env, DURATIONS) : server;
    [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    [, metricsUrl = ""] = await server.printed(/"url":"(http:[^"]+\/metrics)"/);
  });

  afterAll(async () => {
    await worker?.stop();
    await server?.stop();
    await simulator?.stop();
    await redis?.stop();
    await memcached?.stop();
    await folder?.remove();
  });

  const readyz = async () => (await ask(`${url}/readyz`)).body;
  const degraded = async () => (await readyz()).degraded as readonly string[];
  const counted = async () =>
    [...(await (await fetch(metricsUrl)).text()).matchAll(/^pulseboard_degraded\{reason="(.*)"\} 1$/gm)].map(
      ([, reason = ""]) => reason,
    );

  it("each place says the version and the commit that run", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const commit = await readFile(join(ROOT, "apps/pulseboard/dist/commit"), "utf8");
    const build = { version, commit };
    expect((await ask(`${url}/healthz`)).body).toEqual({ status: "ok", ...build });
    expect(await readyz()).toMatchObject(build);
    expect((await ask(`${url}/openapi.json`)).body.info).toMatchObject({ version });
    expect(await (await fetch(metricsUrl)).text()).toContain(
      `pulseboard_build_info{version="${version}",commit="${commit}",schema_version="${SCHEMA_VERSION}"} 1\n`,
    );
    for (const program of [worker, server]) {
      expect(program.output()).toContain(`"version":"${version}","commit":"${commit}","msg":"Pulseboard starts"`);
    }
    const status = () => readFile(join(dataDir, "worker-status.json"), "utf8").catch(String);
    await expect.poll(status).toContain(`"version":"${version}+${commit}"`);
  });

  const isMet = ({ separately }: Cause) => isSeparate || separately !== true;
  it.each([NOTHING_YET, ...CAUSES.filter(isMet)])(
    "/readyz, metrics and log name $name while it lasts, and no longer",
    async (cause) => {
      const { reasons, begin, end, saysItBegins, saysItEnds } = cause;
      const stage = { simulator, redis, memcached, worker, dataDir };
      const begunMs = cause === NOTHING_YET ? 0 : Date.now();
      const told = [worker, ...(isSeparate ? [server] : [])].map((program) => ({
        program,
        from: cause === NOTHING_YET ? 0 : program.output().length,
      }));
      const output = () => told.map(({ program, from }) => program.output().slice(from)).join("\n");
      await begin(stage);
      try {
        const all = expect.arrayContaining([...reasons]);
        await expect.poll(degraded, { timeout: 90_000 }).toEqual(all);
        await expect.poll(counted).toEqual(all);
        await expect.poll(output).toMatch(saysItBegins);
        const { since } = await readyz();
        for (const [reason, at] of Object.entries(Object(since)).filter(([each]) => reasons.includes(each))) {
          // The last word of a worker, and the snapshot of a section, may be of a period before.
          expect(Date.parse(String(at)), reason).toBeGreaterThan(begunMs - 2 * PERIOD_MS);
          expect(Date.parse(String(at)), reason).toBeLessThanOrEqual(Date.now());
        }
        for (const reason of reasons.filter((each) => each.startsWith("exchange_paused:"))) {
          expect(await readyz()).toMatchObject({ until: { [reason]: expect.stringMatching(/^\d{4}-.*Z$/) } });
        }
      } finally {
        await end(stage);
      }
      const from = worker.output().length;
      const refreshed = () => worker.output().slice(from).split('"msg":"Refreshed"').length - 1;
      const left = async () => {
        const refreshes = refreshed();
        const lasting = (await degraded()).filter((each) => reasons.includes(each));
        return { lasting, isOverdue: lasting.length > 0 && refreshes > MOST_REFRESHES };
      };
      await expect
        .poll(left, { timeout: 90_000 })
        .toSatisfy(({ lasting, isOverdue }) => isOverdue || lasting.length === 0);
      expect(await left()).toEqual({ lasting: [], isOverdue: false });
      expect((await counted()).filter((each) => reasons.includes(each))).toEqual([]);
      await expect.poll(output).toMatch(saysItEnds);
      // The next cause begins where nothing else is wrong.
      await untilSnapshot(url, ({ sections, stale }) => sections.scores.received === 5 && !stale);
      await expect.poll(degraded, { timeout: 90_000 }).toEqual([]);
    },
  );
});

it("a second program at the same DATA_DIR says that another one writes the history, until that one has ended", async () => {
  const folder = await createTemporaryFolder();
  const simulator = await startSimulatorProgram("--seed", "9");
  const env = {
    REFRESH_CRON: `*/${PERIOD_MS / 1000} * * * * *`,
    SYMBOL_COUNT: "5",
    PORT: "0",
    HOST: "127.0.0.1",
    ADMIN_PORT: "0",
    ...simulated(simulator.url, folder.path),
  };
  const start = () => startHurried({ worker: true, server: true }, env, DURATIONS);
  const first = start();
  onTestFinished(async () => {
    await Promise.all([first.stop("SIGKILL"), simulator.stop("SIGKILL")]);
    await folder.remove();
  });
  await first.printed(/"msg":"Refreshed"/);
  const second = start();
  onTestFinished(async () => void (await second.stop("SIGKILL")));
  const [, url = ""] = await second.printed(/answers at (http:\/\/[^/\s]+)/);
  const isWaiting = async () =>
    ((await ask(`${url}/readyz`)).body.degraded as readonly string[]).some((reason) => reason === WAITING);
  await expect.poll(isWaiting, { timeout: 90_000 }).toBe(true);
  await first.stop();
  await expect.poll(isWaiting, { timeout: 90_000 }).toBe(false);
});
