import { setTimeout as delay } from "node:timers/promises";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import { pacedLoad } from "./support/paced-load.mts";
import {
  type Program,
  type SimulatorProgram,
  simulated,
  startProgram,
  startSimulatorProgram,
  temporaryFolder,
} from "./support/program.mts";
import { slowClient } from "./support/slow-clients.mts";

const LOAD = { perSecond: 2_000, seconds: 60 };
const REQUESTS = LOAD.perSecond * LOAD.seconds;
/** A minute, and some patience with a machine that is busy with other things. */
const LONGEST_LOAD_S = 90;
/** What production has. */
const LIMIT_PER_MINUTE = 3_000;
/** Each of these comes 100 times a second for half of the time: within one minute of the limit, however slow this machine is. */
const ADDRESSES_AT_A_TIME = 10;
const REQUESTS_OF_ADDRESS = REQUESTS / 2 / ADDRESSES_AT_A_TIME;
const PATH = "/api/dashboard/mobile-data";
const SYMBOLS = 20;

// All at the same time, so that the minute has to be waited for once, and each is loaded by what the others do.
describe.concurrent("a minute of two thousand requests a second", () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let redis: TestRedis;
  let simulator: SimulatorProgram;
  let worker: Program;
  let open: Program;
  let limited: Program;
  let openUrl = "";
  let limitedUrl = "";

  beforeAll(async () => {
    folder = await temporaryFolder();
    redis = await startRedis();
    simulator = await startSimulatorProgram("--seed", "21");
    const env = {
      REDIS_URL: redis.url,
      REFRESH_CRON: "*/10 * * * * *",
      SYMBOL_COUNT: String(SYMBOLS),
      PORT: "0",
      HOST: "127.0.0.1",
      ...simulated(simulator.url, folder.path),
    };
    worker = startProgram("scripts/start-worker.mjs", [], env);
    open = startProgram("scripts/start-server.mjs", [], env);
    limited = startProgram("scripts/start-server.mjs", [], {
      ...env,
      RATE_LIMIT_PER_MINUTE: String(LIMIT_PER_MINUTE),
      TRUST_PROXY: "loopback",
    });
    [, openUrl = ""] = await open.printed(/answers at (http:\/\/[^/\s]+)/, 20_000);
    [, limitedUrl = ""] = await limited.printed(/answers at (http:\/\/[^/\s]+)/, 20_000);
    for (const url of [openUrl, limitedUrl]) {
      await untilSnapshot(url, ({ sections }) => sections.scores.received === SYMBOLS, 30_000);
    }
  });

  afterAll(async () => {
    await Promise.all([worker, open, limited, simulator].map((program) => program?.stop()));
    await redis?.stop();
    await folder?.remove();
  });

  it("without a limit, while Redis is killed and restarted: every one gets the snapshot", async () => {
    const statuses = new Map<number | undefined, number>();
    const sequences = new Set<number>();
    const loading = pacedLoad(openUrl + PATH, {
      ...LOAD,
      headers: () => ({ "accept-encoding": "gzip" }),
      onAnswer: (_, { statusCode, headers }) => {
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
        // An answer that has none is that of a server which has nothing.
        sequences.add(Number(headers["x-snapshot-sequence"]));
      },
    });
    await delay((LOAD.seconds * 1000) / 3);
    await redis.kill();
    const sequencesBefore = new Set(sequences);
    await delay((LOAD.seconds * 1000) / 3);
    await redis.restart();
    const { answered, failures, tookS } = await loading;
    console.log(`${REQUESTS} requests in ${tookS.toFixed(1)} s; snapshots seen: ${[...sequences].join(", ")}`);
    expect([...failures]).toEqual([]);
    expect(answered).toBe(REQUESTS);
    expect(tookS, "so slow that it was another load").toBeLessThan(LONGEST_LOAD_S);
    expect([...statuses]).toEqual([[200, REQUESTS]]);
    expect(sequences).not.toContain(Number.NaN);
    expect(sequences.size, "snapshots came and were served all the time").toBeGreaterThan(sequencesBefore.size);
  });

  it("with the limit, from twenty addresses: exactly the excess gets 429 with Retry-After", async () => {
    const byAddress = new Map<string, { served: number; refused: number; other: number }>();
    const { answered, failures, tookS } = await pacedLoad(limitedUrl + PATH, {
      ...LOAD,
      headers: (index) => ({ "accept-encoding": "gzip", "x-forwarded-for": addressOf(index).address }),
      onAnswer: (index, { statusCode, headers }) => {
        const { key } = addressOf(index);
        const counts = byAddress.get(key) ?? { served: 0, refused: 0, other: 0 };
        const retryAfterS = Number(headers["retry-after"]);
        if (statusCode === 200) {
          counts.served += 1;
        } else if (statusCode === 429 && retryAfterS >= 1 && retryAfterS <= 60) {
          counts.refused += 1;
        } else {
          counts.other += 1;
        }
        byAddress.set(key, counts);
      },
    });
    console.log(`${REQUESTS} requests in ${tookS.toFixed(1)} s, of ${byAddress.size} addresses`);
    expect([...failures]).toEqual([]);
    expect(answered).toBe(REQUESTS);
    expect(tookS, "so slow that it was another load").toBeLessThan(LONGEST_LOAD_S);
    expect(byAddress.size).toBe(2 * ADDRESSES_AT_A_TIME);
    for (const [key, counts] of byAddress) {
      const refused = REQUESTS_OF_ADDRESS - LIMIT_PER_MINUTE;
      expect(counts, key).toEqual({ served: LIMIT_PER_MINUTE, refused, other: 0 });
    }
  });

  describe.concurrent("clients that are slow on purpose are cut off by the limits that production has", () => {
    const ASK = `GET ${PATH} HTTP/1.1\r\nHost: x\r\n`;
    const POST = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`;

    // From, to: s. Headers and bodies are looked at every 5 s; the rest is for a machine that is busy.
    it.for([
      ["a header that drips, thirty times", { first: ASK, drip: "X-Drip: 1\r\n" }, 10, 25, /^HTTP\/1\.1 408 /, 30],
      ["a body that drips", { first: POST, drip: "x" }, 15, 30, /^HTTP\/1\.1 405 /, 1],
      ["a connection that asks nothing", { first: "" }, 10, 25, /^(HTTP\/1\.1 408 |$)/, 1],
      ["a connection that idles after its answer", { first: `${ASK}\r\n` }, 65, 80, /^HTTP\/1\.1 200 /, 1],
    ] as const)("%s", async ([, what, fromS, toS, answer, count]) => {
      const ends = await Promise.all(Array.from({ length: count }, () => slowClient(openUrl, what)));
      for (const { afterS, received } of ends) {
        expect(received).toMatch(answer);
        expect(afterS).toBeGreaterThan(fromS - 1);
        expect(afterS).toBeLessThan(toS);
      }
    });

    it("answers that nobody reads", async () => {
      // Five of its 1.7 MB are more than the system takes.
      const askLong = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n";
      const wholeLength = 5 * (await (await fetch(`${openUrl}/docs/swagger-ui-bundle.js`)).arrayBuffer()).byteLength;
      // Whether they move is looked at every 30 s, and the first look sees the bytes that the system took.
      const { afterS, received } = await slowClient(openUrl, { first: askLong.repeat(5), readsAfterS: 65 });
      expect(received.length).toBeLessThan(wholeLength);
      // Who had not been cut off would have all of it, and 65 s more.
      expect(afterS).toBeGreaterThan(64);
      expect(afterS).toBeLessThan(90);
    });
  });
});

/** Where a request seems to come from, and what it is counted under: eight IPv4 addresses and two customers' IPv6, in each half. */
function addressOf(index: number): { readonly address: string; readonly key: string } {
  const half = index < REQUESTS / 2 ? 0 : 1;
  const which = index % ADDRESSES_AT_A_TIME;
  if (which < 8) {
    const address = `203.0.113.${100 * half + which}`;
    return { address, key: address };
  }
  const network = `2001:db8:${half}:${which}`;
  return { address: `${network}::${(1 + (index % 0xffff)).toString(16)}`, key: `${network}::/64` };
}
