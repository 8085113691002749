import { systemClock } from "@pulseboard/runtime";
import { type Simulator, startSimulator } from "@pulseboard/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, createHttpClient, type HttpClient, type NoAnswer } from "../../operator/http-client.ts";
import { checkAssumptions } from "./check-assumptions.ts";
import { ASSUMPTION_DURATIONS, gather } from "./gather.ts";
import { BROKEN, type Change, TICKERS } from "./testing/broken-assumptions.ts";

let simulator: Simulator;
let honest: HttpClient;

beforeAll(async () => {
  // The market stands still, so that the same request always has the same answer: each is sent once.
  simulator = await startSimulator({
    market: { kind: "generated", seed: 42, symbolCount: 150 },
    port: 0,
    speed: 0,
    banMs: 600_000,
    startAtMs: Date.UTC(2026, 5, 10, 12, 7, 20),
    clock: systemClock,
  });
  const client = createHttpClient({
    address: { base: simulator.url, headers: {} },
    clock: systemClock,
    giveUpAfterMs: 60_000,
  });
  const known = new Map<string, Promise<Answer | NoAnswer>>();
  honest = {
    address: client.address,
    ask: (path) => {
      const answer = known.get(path) ?? client.ask(path);
      known.set(path, answer);
      return answer;
    },
  };
});

afterAll(() => simulator?.close());

/** The simulator with one thing that is not as we assume. */
function breaking(path: string, change: Change): HttpClient {
  return {
    ...honest,
    ask: async (asked) => {
      const answer = await honest.ask(asked);
      const [endpoint, query] = asked.split("?");
      if (answer.status === null || endpoint !== path) {
        return answer;
      }
      const body = structuredClone(answer.body);
      return { ...answer, body, ...change(body, new URLSearchParams(query)) };
    },
  };
}

async function notWell(client: HttpClient, { simulated = true } = {}): Promise<readonly string[]> {
  const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
  const sections = checkAssumptions(await gather({ client, simulated, ...options }));
  return sections
    .flatMap(({ checks }) => checks)
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ name, verdict }) => `${verdict} ${name}`);
}

describe("the assumptions about the exchange", () => {
  it("hold at the simulator, with less than 40 requests", async () => {
    expect(await notWell(honest)).toEqual([]);
    const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
    const { requests } = await gather({ client: honest, simulated: true, ...options });
    expect(requests).toBeLessThan(36);
  });

  it("are each broken by a test", async () => {
    const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
    const [, ...sections] = checkAssumptions(await gather({ client: honest, simulated: true, ...options }));
    const names = sections.flatMap(({ checks }) => checks.map(({ name }) => name));
    expect(BROKEN.map(([name]) => name).toSorted()).toEqual(names.toSorted());
  });

  it.each(BROKEN)("broken one at a time: %s", async (assumption, path, change) => {
    const failed = (await notWell(breaking(path, change))).filter((text) => text.startsWith("failed"));
    expect(failed).toEqual([`failed ${assumption}`]);
  });

  it("include that a real exchange's clock is ours", async () => {
    expect(await notWell(honest, { simulated: false })).toEqual(["failed time"]);
  });
});

describe("the requests", () => {
  /** Sleeping is all that takes time. */
  function sleepingClock() {
    let nowMs = 0;
    return {
      nowMs: () => nowMs,
      monotonicMs: () => nowMs,
      sleep: async (ms: number) => {
        nowMs += ms;
      },
    };
  }

  it("begin a second apart", async () => {
    const clock = sleepingClock();
    const atMs: number[] = [];
    const ask: HttpClient["ask"] = (path) => {
      atMs.push(clock.nowMs());
      return honest.ask(path);
    };
    const client = { ...honest, ask };
    await gather({ client, simulated: true, clock, durations: ASSUMPTION_DURATIONS, onProgress: () => undefined });
    expect(atMs.length).toBeGreaterThan(15);
    expect(atMs).toEqual(atMs.map((_, index) => index * 1_000));
  });

  it.each<[string, Partial<Answer>]>([
    ["HTTP 403", { status: 403, body: undefined }],
    ["HTTP 429", { status: 429, body: undefined }],
    ["retCode 10006", { body: { retCode: 10_006, retMsg: "Too many visits!", result: {} } }],
  ])("end at once when the exchange asks for a pause: %s", async (_what, answer) => {
    const client = breaking(TICKERS, () => answer);
    const options = { clock: systemClock, durations: { betweenMs: 0 }, onProgress: () => undefined };
    const gathered = await gather({ client, simulated: true, ...options });
    // The time, the contracts, two pages, and the tickers.
    expect(gathered.requests).toBe(5);
    const checks = checkAssumptions(gathered).flatMap((section) => section.checks);
    expect(checks[0]).toMatchObject({ name: "asked", verdict: "failed" });
    const failed = checks.filter(({ verdict }) => verdict === "failed").map(({ name }) => name);
    expect(failed).toEqual(["asked"]);
  });
});
