import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cpSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ask, untilSnapshot } from "./ask.mts";
import { type Isolated, isolate, notIsolated } from "./isolated.mts";
import { type Program, ROOT, simulated } from "./program.mts";
import { builtRelease } from "./release.mts";
import { expectWholePage, loadedModules, noticeOf } from "./release-reading.mts";
import { type StallingProxy, startStallingProxy } from "./stalling-proxy.mts";

const TOKEN = randomBytes(32).toString("hex");
const PASSWORD = { Authorization: `Basic ${Buffer.from(`me:${TOKEN}`).toString("base64")}` };
const FIRST_NUMBER_MS = 5_000;
const SYMBOLS = 5;

export interface ReleaseRuns {
  /** The program file of Node; null: there is none. */
  readonly node: string | null;
  /** How often the demo may start until it is quick enough; 1: its processor time counts, as the machine is busy with other tests. */
  readonly starts: number;
}

/** Runs a release that another user has unpacked. */
export function describeReleaseRuns(name: string, { node, starts }: ReleaseRuns): void {
  describe.skipIf(node === null)(name, () => {
    let isolated: Isolated;
    let root = "";
    let command = "";
    let version = "";

    beforeAll(async () => {
      const release = await builtRelease();
      const folder = await createTemporaryFolder();
      isolated = isolate(folder.path, node ?? process.execPath);
      const file = join(folder.path, basename(release.file));
      cpSync(release.file, file);
      const unpacking = isolated.start(["tar", "-xzf", file]);
      expect(await unpacking.ended(), unpacking.output()).toBe(0);
      version = release.version;
      root = join(isolated.home, `pulseboard-${version}`);
      command = join(root, "bin/pulseboard");
      return folder.remove;
    });

    it.skipIf(notIsolated !== null)(`its user sees no checkout (${notIsolated ?? "root can see to it"})`, async () => {
      const looking = isolated.start(["sh", "-c", `id -u; ls -A "${ROOT}" | wc -l; node --version`]);
      expect(await looking.ended(), looking.output()).toBe(0);
      const { stdout: nodeVersion } = spawnSync(node ?? "", ["--version"], { encoding: "utf8" });
      expect(looking.output()).toBe(`65534\n0\n${nodeVersion}`);
    });

    it("has every command of the program, and names them as they are called here", async () => {
      const help = isolated.start([command, "--help"]);
      expect(await help.ended(), help.output()).toBe(0);
      const names = [...help.output().matchAll(/^ {2}([a-z]+) .*/gm)].map(([, each]) => each);
      expect(names).toEqual(expect.arrayContaining(["start", "demo", "worker", "server", "refresh", "simulator"]));
      for (const each of names.filter((one) => one !== "help")) {
        const own = isolated.start([command, each ?? "", "--help"]);
        expect(await own.ended(), own.output()).toBe(0);
        expect(own.output(), each).toContain(`Usage: pulseboard ${each} `);
        expect(own.output(), each).toContain(`\nHere: bin/pulseboard ${each} [options]\n`);
        expect(own.output(), each).not.toMatch(/npm (?:run|start)/);
      }
    });

    it(`the demo has its first number ${FIRST_NUMBER_MS / 1000} s after it was started, without a network`, async () => {
      const script = join(isolated.home, "first-number.mjs");
      cpSync(join(ROOT, "test/e2e/support/first-number.mjs"), script);
      let leastMs = Number.POSITIVE_INFINITY;
      for (let started = 0; started < starts && leastMs > FIRST_NUMBER_MS; started += 1) {
        const demo = isolated.startOffline(["node", script, command]);
        onTestFinished(async () => void (await demo.stop()));
        const [line] = await demo.printed(/^\{"firstMs.*$/m);
        const { firstMs, processorMs, ...rest } = JSON.parse(line);
        expect(rest).toEqual({ origin: "simulator", simulated: true });
        leastMs = Math.min(leastMs, starts === 1 ? (processorMs ?? firstMs) : firstMs);
      }
      expect(leastMs).toBeLessThanOrEqual(FIRST_NUMBER_MS);
    });

    describe("its simulator, worker and server over Redis", () => {
      let redis: TestRedis;
      let proxy: StallingProxy;
      let simulator: Program;
      let worker: Program;
      let server: Program;
      let url = "";

      const refresh = async (...options: readonly string[]): Promise<void> => {
        const asking = isolated.start([command, "refresh", "--redis-url", redis.url, ...options]);
        expect(await asking.ended(), asking.output()).toBe(0);
      };

      beforeAll(async () => {
        redis = await startRedis();
        const coverage = (program: string) => ({ NODE_V8_COVERAGE: join(isolated.home, "coverage", program) });
        simulator = isolated.start([command, "simulator", "--port", "0", "--seed", "8"], coverage("simulator"));
        const [simulatorUrl] = await simulator.printed(/http:\/\/127\.0\.0\.1:\d+/);
        proxy = await startStallingProxy(simulatorUrl);
        const env = {
          REDIS_URL: redis.url,
          SYMBOL_COUNT: String(SYMBOLS),
          PORT: "0",
          HOST: "127.0.0.1",
          ADMIN_TOKEN: TOKEN,
          ...simulated(simulatorUrl, "data"),
          EXCHANGE_URL: proxy.url,
        };
        worker = isolated.start([command, "worker"], { ...env, ...coverage("worker") });
        server = isolated.start([command, "server"], { ...env, ...coverage("server") });
        url = await addressOf(server);
        await untilSnapshot(url, ({ sections }) => sections.scores.received === SYMBOLS);
      });

      afterAll(async () => {
        for (const program of [server, worker, simulator]) {
          await program?.stop("SIGKILL");
        }
        proxy?.close();
        await redis?.stop();
      });

      it("serve phones, page, documentation, board and metrics, and refresh when they are asked to", async () => {
        expect((await ask(`${url}/healthz`)).body, server.output()).toMatchObject({ status: "ok", version });
        expect((await ask(`${url}/openapi.json`)).body).toMatchObject({ info: { version } });
        for (const path of ["/mobile", "/docs/"]) {
          await expectWholePage(`${url}${path}`);
        }
        const [operators, workerMetrics] = await Promise.all([server, worker].map(metricsOf));
        await expectWholePage(`${operators}/admin/queue/`, PASSWORD);
        expect((await ask(`${operators}/admin/queue/api/queues`, PASSWORD)).body.queues).toHaveLength(1);
        for (const each of [operators, workerMetrics]) {
          expect(await (await fetch(`${each}/metrics`)).text()).toContain("pulseboard_");
        }
        expect(await noticeOf(url)).toMatchObject({ sequence: expect.any(Number) });
        await refresh("--wait");
      });

      it("give up an answer of the exchange that stalls in its body, and close its connection", async () => {
        const { sequence } = await untilSnapshot(url, () => true);
        // Node's own fetch, which ccxt falls back to where undici is missing, says how it fetches, and would wait for the body.
        expect(Object.keys(proxy.firstHeaders() ?? {})).toContain("host");
        expect(proxy.firstHeaders()).not.toHaveProperty("sec-fetch-mode");
        proxy.stall("/v5/market/tickers");
        await refresh();
        await expect.poll(() => proxy.counts().closed).toBeGreaterThan(0);
        proxy.stall(null);
        await untilSnapshot(url, (snapshot) => snapshot.sequence > sequence && !snapshot.stale);
      });

      it("load only files of the release, the server none of the worker's, and nobody native code", async () => {
        const programs = [server, worker, simulator];
        if (process.platform === "linux") {
          const mapped = programs.map(({ process: { pid } }) => readFileSync(`/proc/${pid}/maps`, "utf8"));
          expect(mapped.join("\n")).toContain("/node\n");
          expect(mapped.flatMap((text) => text.match(/\S+\.node$/gm) ?? [])).toEqual([]);
        }
        for (const program of programs) {
          expect((await program.stop()).code, program.output()).toBe(0);
        }
        const [ofServer = [], ...others] = ["server", "worker", "simulator"].map((program) =>
          loadedModules(join(isolated.home, "coverage", program)),
        );
        for (const loaded of [ofServer, ...others]) {
          expect(loaded.length).toBeGreaterThan(5);
          expect(loaded.filter((file) => !file.startsWith(`file://${root}/`))).toEqual([]);
        }
        const ofWorker = /^\/\/ (?:node_modules\/ccxt|packages\/(?:engine|exchange|simulator)|apps\/worker)\/.+$/m;
        const holding = (files: readonly string[]) =>
          files.flatMap((file) => ofWorker.exec(readFileSync(fileURLToPath(file), "utf8"))?.[0] ?? []);
        expect(holding(others.flat()).length).toBeGreaterThan(5);
        expect(holding(ofServer)).toEqual([]);
      });
    });
  });
}

async function addressOf(program: Program): Promise<string> {
  const [, url = ""] = await program.printed(/answers at (http:\/\/[^/\s]+)/);
  return url;
}

async function metricsOf(program: Program): Promise<string> {
  const [, url = ""] = await program.printed(/(http:\/\/127\.0\.0\.1:\d+)\/metrics/);
  return url;
}
