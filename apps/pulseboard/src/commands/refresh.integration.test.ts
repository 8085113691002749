import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { connectRedis, REDIS_DURATIONS } from "@pulseboard/redis";
import { createBullQueue, REFRESH_DURATIONS, type RefreshHandler } from "@pulseboard/refresh";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { startProgram } from "../testing/program.ts";

let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
  return () => redis.stop();
});

const startCommand = (...args: string[]) => startProgram(["refresh", ...args], { REDIS_URL: redis.url, NO_COLOR: "1" });

/** Runs the command to its end. */
async function runCommand(...args: string[]) {
  const { code, out, err } = await startCommand(...args).ended();
  return { code, output: out + err };
}

/** The queue as another process has it; it leaves at the end of the test. */
function openQueue(keyPrefix = "") {
  const log = createLogger({ level: "silent", pretty: false });
  const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
  const connection = connectRedis({ url: redis.url, keyPrefix, ...tools, durations: REDIS_DURATIONS });
  onTestFinished(() => connection.close());
  const bull = createBullQueue({
    redis: connection,
    ...tools,
    durations: REFRESH_DURATIONS,
  });
  onTestFinished(() => bull.queue.close());
  return bull;
}

/** A worker whose runs do what `handler` does. */
function startWorker(handler: RefreshHandler): void {
  const consumer = openQueue().consume(handler);
  onTestFinished(() => consumer.close(200));
}

const REPORT = {
  sequence: 42,
  scored: 49,
  expected: 50,
  tookMs: 300,
  sources: [
    { name: "tickers", ok: true, detail: "559 symbols" },
    { name: "coingecko", ok: false, detail: "HTTP 429" },
  ],
};

/** A run that takes `runMs`; `started` is called when it begins. */
const runFor =
  (runMs: number, started: () => void = () => {}): RefreshHandler =>
  async (job) => {
    started();
    job.progress("collecting");
    await delay(runMs, undefined, { signal: job.signal });
    job.progress("publishing");
    return REPORT;
  };

describe("pulseboard refresh", () => {
  test("reports that the request was accepted, or joined a waiting run", async () => {
    expect(await runCommand()).toEqual({ code: 0, output: "Accepted: refresh 1 will run.\n" });
    expect(await runCommand()).toEqual({
      code: 0,
      output: "Joined: refresh 1 is waiting already and serves this request too.\n",
    });
  });

  test("reports that it joined the current run", async () => {
    const started = vi.fn();
    startWorker(runFor(30_000, started));
    await runCommand();
    await vi.waitFor(() => expect(started).toHaveBeenCalled(), 15_000);
    expect((await runCommand()).output).toBe("Joined: refresh 1 is running already and serves this request too.\n");
  });

  test("--wait prints each phase and the result of each source", async () => {
    startWorker(runFor(300));
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(0);
    expect(output).toMatch(/^Accepted: refresh 1 will run\.\n/);
    expect(output).toMatch(/^ {2}\d\d:\d\d:\d\d collecting\n {2}\d\d:\d\d:\d\d publishing\n/m);
    expect(output).toMatch(/\nDone in 0\.3 s: sequence 42, 49 of 50 symbols scored\.\n/);
    expect(output).toMatch(/\n {2}ok {5}tickers {4}559 symbols\n {2}failed coingecko {2}HTTP 429\n$/);
  });

  test("--wait of a run that is joined late misses none of its phases", async () => {
    const started = vi.fn();
    startWorker(runFor(2000, started));
    await runCommand();
    await vi.waitFor(() => expect(started).toHaveBeenCalled(), 15_000);
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(0);
    expect(output.match(/collecting|publishing|Done/g)).toEqual(["collecting", "publishing", "Done"]);
  });

  test("--wait --json prints JSON lines and nothing else", async () => {
    startWorker(runFor(300));
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
    startWorker(() => Promise.reject(new Error("the exchange refused\u001b[2J the connection")));
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(1);
    expect(output).toMatch(/\nFailed: the exchange refused the connection\n$/);
  });

  test("--wait ends with 1 when no worker takes it, and says so", async () => {
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(1);
    expect(output).toMatch(/\nNo worker took it within 15 s: none seems to be running\./);
  });

  test("--wait says that the queue is paused", async () => {
    await redis.say("HSET pulseboard:refresh:meta paused 1");
    const { code, output } = await runCommand("--wait");
    expect(code).toBe(1);
    expect(output).toMatch(/\nNo worker took it within 15 s: the queue is paused\./);
  });

  test("--wait keeps waiting while Redis restarts, and reports that the run was lost", async () => {
    const command = startCommand("--wait");
    await vi.waitFor(() => expect(command.printed.out).toContain("waiting for a worker"), 15_000);
    await redis.kill();
    await vi.waitFor(() => expect(command.printed.out).toContain("no news: Redis at"), 15_000);
    await redis.restart();
    const { code, out } = await command.ended();
    expect(code).toBe(1);
    expect(out).toContain("Lost: the queue knows nothing of it any more");
  });

  test("ends with 3 and one clear line when Redis cannot be reached, without the password", async () => {
    await redis.kill();
    const url = redis.url.replace("//", "//default:hunter2@");
    const { code, output } = await runCommand("--redis-url", url);
    expect(code).toBe(3);
    expect(output).toMatch(
      /^pulseboard: Redis at 127\.0\.0\.1:\d+ cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:\d+\. Check that .*\n$/,
    );
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
    [["--redis-url", ""], "REDIS_URL"],
  ])("ends with 2 when it is called wrongly: %j", async (args, told) => {
    const { code, output } = await runCommand(...args);
    expect(code).toBe(2);
    expect(output).toContain(told);
    expect(output).toContain("Try npm run refresh -- --help.");
  });

  test("--help ends with 0", async () => {
    expect(await runCommand("--help")).toMatchObject({ code: 0, output: expect.stringContaining("Exit codes") });
  });

  test("ten operators at once cause one run, and each gets the true outcome", async () => {
    const outputs = await Promise.all(Array.from({ length: 10 }, () => runCommand()));
    expect(outputs.filter(({ output }) => output === "Accepted: refresh 1 will run.\n")).toHaveLength(1);
    expect(outputs.filter(({ output }) => output.startsWith("Joined: refresh 1 is waiting"))).toHaveLength(9);
    const started = vi.fn();
    startWorker(runFor(0, started));
    const { records } = openQueue();
    await vi.waitFor(async () => expect(await records.find("1")).toMatchObject({ state: "done" }), 15_000);
    expect(started).toHaveBeenCalledTimes(1);
  });
});

test("the command asks the installation of its KEY_PREFIX, and no other", async () => {
  await openQueue(randomUUID()).queue.enqueue("operator");
  expect((await runCommand()).output).toMatch(/^Accepted/);
  const withPrefix = (KEY_PREFIX: string) =>
    startProgram(["refresh"], { REDIS_URL: redis.url, KEY_PREFIX, NO_COLOR: "1" }).ended();
  expect((await withPrefix("staging:")).out).toMatch(/^Accepted/);
  expect(await openQueue("staging:").queue.depth()).toMatchObject({ waiting: 1 });
  expect((await withPrefix("staging:")).out).toMatch(/^Joined/);
  const refused = await withPrefix("Staging");
  expect(refused).toMatchObject({ code: 2, out: "" });
  expect(refused.err).toContain("pulseboard: KEY_PREFIX cannot be used: expected up to 32 of a-z, 0-9,");
});

test("a reader of its output that leaves early is no error", async () => {
  const { process: child, ended } = startCommand("--help");
  child.stdout?.destroy();
  const { code, err } = await ended();
  expect({ code, err }).toEqual({ code: 0, err: "" });
});
