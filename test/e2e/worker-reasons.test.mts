import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, untilSnapshot } from "./support/ask.mts";
import { clearFaults, setFault } from "./support/faults.mts";
import { HURRIED } from "./support/hurried-durations.mts";
import {
  type Program,
  type SimulatorProgram,
  simulated,
  startHurried,
  startSimulatorProgram,
} from "./support/program.mts";

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
  readonly worker: Program;
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
  readonly overRedis?: true;
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
    reasons: ["refresh_failing:exchange_unavailable"],
    begin: ({ simulator }) => setFault(simulator.url, "*", "http_503"),
    end: ({ simulator }) => clearFaults(simulator.url),
    saysItBegins: /"code":"exchange_unavailable".*"msg":"Refresh failed"/,
    saysItEnds: /"over":\["refresh_failing:exchange_unavailable"\].*"msg":"Refreshes succeed again"/,
  },
  {
    name: "a paused queue",
    reasons: ["queue_silent"],
    begin: ({ redis }) => redis?.say(`HSET ${META} paused 1`) ?? Promise.resolve(),
    end: ({ redis }) => redis?.say(`HDEL ${META} paused`) ?? Promise.resolve(),
    saysItBegins: /"level":"warn".*"outage":"refresh queue".*"code":"queue_silent"/,
    saysItEnds: /"level":"info".*"outage":"refresh queue"/,
    overRedis: true,
  },
  {
    name: "a worker that hangs as a whole",
    reasons: ["worker_silent"],
    begin: async ({ worker }) => worker.process.kill("SIGSTOP"),
    end: async ({ worker }) => worker.process.kill("SIGCONT"),
    saysItBegins: /"msg":"The worker is silent"/,
    saysItEnds: /"msg":"The worker speaks again"/,
    overRedis: true,
  },
];

describe.each(["separate", "one process"])("worker and server, %s:", (kind) => {
  const isSeparate = kind === "separate";
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let redis: TestRedis | null = null;
  let simulator: SimulatorProgram;
  let worker: Program;
  let server: Program;
  let url = "";
  let metricsUrl = "";

  beforeAll(async () => {
    folder = await createTemporaryFolder();
    simulator = await startSimulatorProgram("--seed", "9", "--ban-ms", `${BAN_MS}`);
    redis = isSeparate ? await startRedis() : null;
    const env = {
      REDIS_URL: redis?.url ?? "",
      REFRESH_CRON: "*/2 * * * * *",
      SYMBOL_COUNT: "5",
      PORT: "0",
      HOST: "127.0.0.1",
      ...simulated(simulator.url, folder.path),
    };
    server = startHurried({ worker: !isSeparate, server: true }, env, DURATIONS);
    worker = isSeparate ? startHurried({ worker: true, server: false }, env, DURATIONS) : server;
    [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
    [, metricsUrl = ""] = await server.printed(/"url":"(http:[^"]+\/metrics)"/);
    await untilSnapshot(url, ({ sections, stale }) => sections.scores.received === 5 && !stale);
  });

  afterAll(async () => {
    await worker?.stop();
    await server?.stop();
    await simulator?.stop();
    await redis?.stop();
    await folder?.remove();
  });

  const readyz = async () => (await ask(`${url}/readyz`)).body;
  const degraded = async () => (await readyz()).degraded as readonly string[];
  const counted = async () =>
    [...(await (await fetch(metricsUrl)).text()).matchAll(/^pulseboard_degraded\{reason="(.*)"\} 1$/gm)].map(
      ([, reason = ""]) => reason,
    );

  it.each(CAUSES.filter(({ overRedis }) => isSeparate || overRedis !== true))(
    "/readyz, metrics and log name $name while it lasts, and no longer",
    async ({ reasons, begin, end, saysItBegins, saysItEnds }) => {
      const stage = { simulator, redis, worker };
      const told = [worker, ...(isSeparate ? [server] : [])].map((program) => ({
        program,
        from: program.output().length,
      }));
      const output = () => told.map(({ program, from }) => program.output().slice(from)).join("\n");
      await begin(stage);
      try {
        const all = expect.arrayContaining([...reasons]);
        await expect.poll(degraded, { timeout: 90_000 }).toEqual(all);
        await expect.poll(counted).toEqual(all);
        await expect.poll(output).toMatch(saysItBegins);
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
    },
  );
});
