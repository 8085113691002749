import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { hourlyCron } from "@pulseboard/testing/hourly-cron";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { untilSnapshot } from "./support/ask.mts";
import { type Program, simulated, startProgram, startSimulatorProgram } from "./support/program.mts";

const TOKEN = randomBytes(32).toString("hex");
const MAX_RESIDENT_MB = 110;
const LOAD_REQUESTS = 5_000;
/** Each keeps its own connection. */
const PHONES = 50;
/** Phones' routes, the page and the documentation: each may load something. */
const PATHS = ["/api/dashboard/mobile-data", "/api/dashboard/symbols", "/readyz", "/mobile", "/docs", "/openapi.json"];

/** Flags and environment of the server under PM2. */
const { node_args: nodeArgs, env: productionEnv } = createRequire(import.meta.url)(
  "../../ecosystem.config.js",
).apps.find(({ name }: { readonly name: string }) => name === "pulseboard-server") as {
  readonly node_args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

describe("a server alone, with Redis and a snapshot on its disk", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis;
  let env: Record<string, string> = {};
  const started: Program[] = [];

  const startServer = async (more: Readonly<Record<string, string>> = {}) => {
    const program = startProgram("server", [], { ...productionEnv, ...env, ...more }, nodeArgs);
    started.push(program);
    const [, url = ""] = await program.printed(/answers at (http:\/\/[^/\s]+)/);
    const [, operators = ""] = await program.printed(/(http:\/\/127\.0\.0\.1:\d+)\/metrics/);
    return { program, url, operators };
  };

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    redis = await startRedis();
    const simulator = await startSimulatorProgram("--seed", "31");
    env = {
      REDIS_URL: redis.url,
      REFRESH_CRON: hourlyCron(),
      SYMBOL_COUNT: "50",
      PORT: "0",
      HOST: "127.0.0.1",
      ADMIN_TOKEN: TOKEN,
      ...simulated(simulator.url, join(folder.path, "data")),
    };
    const worker = startProgram("worker", [], env);
    const { program, url } = await startServer();
    // On a busy machine a symbol may miss its only refresh within the hour; a few less make no difference here.
    await untilSnapshot(url, ({ sections }) => (sections.scores.received ?? 0) >= 45);
    await Promise.all([worker.stop(), program.stop(), simulator.stop()]);
  });

  afterAll(async () => {
    // Those of a test that has failed.
    await Promise.all(started.map((program) => program.stop()));
    await redis?.stop();
    await folder?.remove();
  });

  /** The files of the JavaScript modules that V8 ran in a server's life, in which it was asked `paths` of its operator. */
  const modulesOf = async (name: string, paths: readonly string[]): Promise<readonly string[]> => {
    const coverage = join(folder.path, name);
    const { program, url, operators } = await startServer({ NODE_V8_COVERAGE: coverage });
    const headers = { Authorization: `Basic ${Buffer.from(`me:${TOKEN}`).toString("base64")}` };
    const asked = [...PATHS.map((path) => url + path), ...paths.map((path) => operators + path)];
    for (const address of asked) {
      expect((await fetch(address, { headers })).status, address).toBe(200);
    }
    await listenOnce(url);
    expect((await program.stop()).code).toBe(0);
    const files = readdirSync(coverage).map((file) => readFileSync(join(coverage, file), "utf8"));
    return files
      .flatMap((text) => (JSON.parse(text) as { readonly result: readonly { readonly url: string }[] }).result)
      .map(({ url: loaded }) => loaded)
      .filter((loaded) => loaded.startsWith("file:"));
  };

  it("loads nothing of the worker, and the job board only when an operator opens it", async () => {
    const ofServer = /node_modules\/(express|bullmq|ws)\/|apps\/(server|pulseboard)\/dist\/|packages\/storage\/dist\//;
    const ofWorker = /node_modules\/ccxt\/|packages\/(engine|exchange|simulator)\/|apps\/worker\//;
    const ofBoard = /node_modules\/@bull-board\//;

    const usual = await modulesOf("usual", ["/metrics"]);
    // The list of loaded modules: both kinds, Pulseboard's own and those of libraries.
    expect(new Set(usual.flatMap((file) => ofServer.exec(file)?.[0] ?? []))).toHaveLength(6);
    expect(usual.filter((file) => ofWorker.test(file) || ofBoard.test(file))).toEqual([]);

    const withBoard = await modulesOf("with-board", ["/metrics", "/admin/queue"]);
    expect(withBoard.some((file) => ofBoard.test(file))).toBe(true);
    expect(withBoard.filter((file) => ofWorker.test(file))).toEqual([]);
  });

  // Other systems do not report it.
  it.runIf(process.platform === "linux")(
    `takes at most ${MAX_RESIDENT_MB} MB after its start and some load`,
    // 104 to 107 MB on an idle machine; where others compute, garbage is collected later now and then.
    { retry: 2 },
    async () => {
      const { program, url } = await startServer();
      for (const path of PATHS) {
        await (await fetch(url + path)).arrayBuffer();
      }
      const agent = new Agent({ keepAlive: true });
      for (let sent = 0; sent < LOAD_REQUESTS; sent += PHONES) {
        await Promise.all(Array.from({ length: PHONES }, () => ask(url + PATHS[0], agent)));
      }
      agent.destroy();
      expect(residentMb(program)).toBeLessThanOrEqual(MAX_RESIDENT_MB);
      expect((await program.stop()).code).toBe(0);
    },
  );
});

function residentMb({ process: { pid } }: Program): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** Asks as a phone does, for compressed bytes. */
function ask(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { "Accept-Encoding": "gzip" } }, (response) => {
      response.resume().once("end", resolve);
    });
    request.once("error", reject);
  });
}

/** Connects as a phone's WebSocket does, and receives its notices. */
function listenOnce(url: string): Promise<void> {
  const socket = new WebSocket(`${url.replace("http:", "ws:")}/ws`);
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("message", () => {
      socket.once("close", () => resolve());
      socket.close();
    });
  });
}
