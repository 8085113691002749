import { randomUUID } from "node:crypto";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_PREFIX } from "./bull-job.ts";
import { createBullUnderTest, until } from "./testing/bull-under-test.ts";
import { buildRefresh, startProgram } from "./testing/programs.ts";

beforeAll(buildRefresh);

let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
  return () => redis.stop();
});

/** Runs `npm run refresh` to its end. */
async function runCommand(...args: string[]) {
  const command = startCommand(...args);
  const code = await command.ended;
  return { code, output: command.output() };
}

const startCommand = (...args: string[]) =>
  startProgram("scripts/refresh.mjs", args, { REDIS_URL: redis.url, NO_COLOR: "1" });

const startWorker = (runMs: number) =>
  startProgram("packages/refresh/src/testing/worker-process.mjs", [redis.url, DEFAULT_PREFIX, String(runMs)]);

describe("npm run refresh", () => {
  test("says what became of the request: accepted, or joined a run that waits", async () => {
    expect(await runCommand()).toEqual({ code: 0, output: "Accepted: refresh 1 will run.\n" });
    expect(await runCommand()).toEqual({
      code: 0,
      output: "Joined: refresh 1 is waiting already and serves this request too.\n",
    });
  });

  test("says that it joined the run at hand", async () => {
    const worker = startWorker(30_000);
    await runCommand();
    await until("the run", () => worker.output().includes("started 1"));
    expect((await runCommand()).output).toBe("Joined: refresh 1 is running already and serves this request too.\n");
  });

  test("--wait tells each phase and the result of each source", async () => {
    startWorker(300);
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(0);
    expect(output).toMatch(/^Accepted: refresh 1 will run\.\n/);
    expect(output).toMatch(/^ {2}\d\d:\d\d:\d\d collecting\n {2}\d\d:\d\d:\d\d publishing\n/m);
    expect(output).toMatch(/\nDone in 0\.3 s: sequence 42, 49 of 50 symbols scored\.\n/);
    expect(output).toMatch(/\n {2}ok {5}tickers {4}559 symbols\n {2}failed coingecko {2}HTTP 429\n$/);
  });

  test("--wait of a run that is joined late misses none of its phases", async () => {
    const worker = startWorker(2000);
    await runCommand();
    await until("the run", () => worker.output().includes("started 1"));
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(0);
    expect(output.match(/collecting|publishing|Done/g)).toEqual(["collecting", "publishing", "Done"]);
  });

  test("--wait --json prints JSON lines and nothing else", async () => {
    startWorker(300);
    const { code, output } = await runCommand("--wait", "--json");
    expect(code).toBe(0);
    const events = output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events[0]).toEqual({ event: "accepted", jobId: "1" });
    expect(events).toContainEqual({ event: "phase", phase: "collecting", atMs: expect.any(Number) });
    expect(events.at(-1)).toMatchObject({ event: "done", report: { sequence: 42, sources: [{ ok: true }, {}] } });
  });

  test("--wait ends with 1 when the run failed, and says why", async () => {
    const { consume } = createBullUnderTest(redis.url, DEFAULT_PREFIX);
    consume(() => Promise.reject(new Error("the exchange refused\u001b[2J the connection")));
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(1);
    expect(output).toMatch(/\nFailed: the exchange refused the connection\n$/);
  });

  test("--wait ends with 1 when no worker takes it, and says so", async () => {
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(1);
    expect(output).toMatch(/\nNo worker took it within 15 s: none seems to be running\./);
  });

  test("--wait goes on while Redis restarts, and says that the run was lost with it", async () => {
    const command = startCommand("--wait");
    await until("waiting", () => command.output().includes("waiting for a worker"));
    await redis.kill();
    await until("the news", () => command.output().includes("no news: Redis cannot be reached"));
    await redis.restart();
    expect(await command.ended).toBe(1);
    expect(command.output()).toContain("Lost: the queue knows nothing of it any more");
  });

  test("ends with 3 and one clear line when Redis cannot be reached, without the password", async () => {
    await redis.kill();
    const url = redis.url.replace("//", "//default:hunter2@");
    const { code, output } = await runCommand("--redis-url", url);
    expect(code).toBe(3);
    expect(output).toMatch(/^pulseboard: Redis cannot be reached \(ECONNREFUSED\)\. Check that .*\n$/);
    const json = await runCommand("--json", "--redis-url", url);
    expect(json.code).toBe(3);
    expect(JSON.parse(json.output)).toMatchObject({ event: "error", code: "queue_unreachable" });
    expect(output + json.output).not.toContain("hunter2");
  });

  test("ends with 3 when Redis does not answer, within a few seconds", async () => {
    redis.pause();
    const { code, output } = await runCommand();
    expect(code).toBe(3);
    expect(output).toMatch(/^pulseboard: Redis .*\n$/);
  });

  test.each([
    [["--bogus"], "--bogus"],
    [["now"], "now"],
    [["--redis-url", "http://user:hunter2@host/"], "http://***@host/"],
    [["--redis-url", "redis://host/notadb"], "redis://host/notadb"],
    [["--redis-url", ""], "REDIS_URL"],
  ])("ends with 2 when it is called wrongly: %j", async (args, told) => {
    const { code, output } = await runCommand(...args);
    expect(code).toBe(2);
    expect(output).toContain(told);
    expect(output).toContain("--help");
    expect(output).not.toContain("hunter2");
  });

  test("--help says how to call it and what its exit codes mean", async () => {
    const { code, output } = await runCommand("--help");
    expect(code).toBe(0);
    for (const word of ["--wait", "--json", "--redis-url", "REDIS_URL", "Exit codes"]) {
      expect(output).toContain(word);
    }
  });

  test("ten operators at once cause one run, and each is told the truth", async () => {
    const outputs = await Promise.all(Array.from({ length: 10 }, () => runCommand()));
    expect(outputs.filter(({ output }) => output === "Accepted: refresh 1 will run.\n")).toHaveLength(1);
    expect(outputs.filter(({ output }) => output.startsWith("Joined: refresh 1 is waiting"))).toHaveLength(9);
    const worker = startWorker(0);
    await until("the run", () => worker.output().includes("ended 1"));
    expect(worker.output().match(/started/g)).toHaveLength(1);
  });
});

test(`A prefix of one's own is not the command's (${DEFAULT_PREFIX})`, async () => {
  const { queue } = createBullUnderTest(redis.url, randomUUID());
  await queue.enqueue("operator");
  expect((await runCommand()).output).toMatch(/^Accepted/);
});
