import { stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until, untilSnapshot } from "./ask.mts";
import { HURRIED_LIMITS } from "./hurried-durations.mts";
import { pacedLoad } from "./paced-load.mts";
import {
  type Program,
  type SimulatorProgram,
  simulated,
  startHurried,
  startProgram,
  startSimulatorProgram,
} from "./program.mts";
import { slowClient } from "./slow-clients.mts";

const require = createRequire(import.meta.url);

export interface LoadForm {
  readonly perSecond: number;
  /** The load on the server without a limit lasts at least as long as this. */
  readonly seconds: number;
  /** The limit of each client address on the server that has one, requests per minute. */
  readonly limitPerMinute: number;
  readonly refreshCron: string;
  /** True if schedule and limits are those of a hurried program. */
  readonly isHurried: boolean;
  readonly slowClients: SlowClientLimits;
}

/** After how many seconds the server hangs up on a client that is slow on purpose, at the earliest. */
interface SlowClientLimits {
  readonly headersS: number;
  readonly requestS: number;
  readonly keepAliveS: number;
  /**
   * An answer that is not read for this long is cut off. The server checks once in each such time; the first check only
   * notes the progress.
   */
  readonly stalledS: number;
  /** How much later than that it may be. */
  readonly slackS: number;
  readonly dripEveryMs: number;
}

/** So many client addresses take turns at a time: other ones in the first half of the load than in the second. */
const ADDRESSES_AT_A_TIME = 10;
const PATH = "/api/dashboard/mobile-data";
const SYMBOLS = 20;
const OUTAGE_ENDS_MS = 60_000;

/** Two servers under load side by side, one of them with a limit, and clients that are slow on purpose. */
export function describeLoad(name: string, form: LoadForm): void {
  const { perSecond, seconds, limitPerMinute, refreshCron, isHurried } = form;
  const start = (part: "worker" | "server", env: Readonly<Record<string, string>>) =>
    isHurried
      ? startHurried({ worker: part === "worker", server: part === "server" }, env, HURRIED_LIMITS)
      : startProgram(part, [], env);
  const requests = perSecond * seconds;
  const requestsOfAddress = requests / 2 / ADDRESSES_AT_A_TIME;

  describe.concurrent(name, () => {
    let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
    let redis: TestRedis;
    let simulator: SimulatorProgram;
    let worker: Program;
    let open: Program;
    let limited: Program;
    let openUrl = "";
    let limitedUrl = "";

    beforeAll(async () => {
      [folder, redis, simulator] = await Promise.all([
        createTemporaryFolder(),
        startRedis(),
        startSimulatorProgram("--seed", "21"),
      ]);
      const env = {
        REDIS_URL: redis.url,
        REFRESH_CRON: refreshCron,
        SYMBOL_COUNT: String(SYMBOLS),
        PORT: "0",
        HOST: "127.0.0.1",
        ...simulated(simulator.url, folder.path),
      };
      worker = start("worker", env);
      open = start("server", env);
      limited = start("server", {
        ...env,
        RATE_LIMIT_PER_MINUTE: String(limitPerMinute),
        TRUST_PROXY: "loopback",
      });
      [, openUrl = ""] = await open.printed(/answers at (http:\/\/[^/\s]+)/);
      [, limitedUrl = ""] = await limited.printed(/answers at (http:\/\/[^/\s]+)/);
      for (const url of [openUrl, limitedUrl]) {
        await untilSnapshot(url, ({ sections }) => sections.scores.received === SYMBOLS);
      }
    });

    afterAll(async () => {
      await Promise.all([worker, open, limited, simulator].map((program) => program?.stop()));
      await redis?.stop();
      await folder?.remove();
    });

    it("without a limit, while Redis is killed and restarted, every request gets a snapshot", async () => {
      const statuses = new Map<number | undefined, number>();
      let highest = 0;
      const ends = new AbortController();
      const loading = pacedLoad(openUrl + PATH, {
        perSecond,
        requests: Number.POSITIVE_INFINITY,
        signal: ends.signal,
        headers: () => ({ "accept-encoding": "gzip" }),
        onAnswer: (_, { statusCode, headers }) => {
          // A server with nothing to serve names no sequence.
          const sequence = Number(headers["x-snapshot-sequence"]);
          const status = Number.isNaN(sequence) ? undefined : statusCode;
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          highest = Math.max(highest, sequence);
        },
      });
      const untilNext = async () => {
        const before = highest;
        expect(await until(async () => (highest > before ? true : null), OUTAGE_ENDS_MS)).toBe(true);
      };
      try {
        const atLeast = delay(seconds * 1000);
        await untilNext();
        await redis.kill();
        // One that was on its way already, and one that has come by the disk.
        await untilNext();
        await untilNext();
        await delay((seconds * 1000) / 3);
        await redis.restart();
        await untilNext();
        await untilNext();
        await atLeast;
      } finally {
        ends.abort();
      }
      const { sent, answered, failures, tookS } = await loading;
      console.log(`${sent} requests in ${tookS.toFixed(1)} s`);
      expect([...failures]).toEqual([]);
      expect(answered).toBe(sent);
      expect([...statuses]).toEqual([[200, sent]]);
      expect(sent, "so slow that it was another load").toBeGreaterThan(requests / 2);
    });

    it("with the limit, exactly what each of twenty addresses asks in excess gets 429 with Retry-After", async () => {
      const byAddress = new Map<string, { served: number; refused: number; other: number }>();
      const { answered, failures, tookS } = await pacedLoad(limitedUrl + PATH, {
        perSecond,
        requests,
        headers: (index) => ({
          "accept-encoding": "gzip",
          "x-forwarded-for": addressOf(index, index < requests / 2 ? 0 : 1).address,
        }),
        onAnswer: (index, { statusCode, headers }) => {
          const { key } = addressOf(index, index < requests / 2 ? 0 : 1);
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
      console.log(`${requests} requests in ${tookS.toFixed(1)} s, of ${byAddress.size} addresses`);
      expect([...failures]).toEqual([]);
      expect(answered).toBe(requests);
      expect(tookS, "so slow that an address had more than one minute").toBeLessThan(Math.max(55, 1.5 * seconds));
      expect(byAddress.size).toBe(2 * ADDRESSES_AT_A_TIME);
      for (const [key, counts] of byAddress) {
        const refused = requestsOfAddress - limitPerMinute;
        expect(counts, key).toEqual({ served: limitPerMinute, refused, other: 0 });
      }
    });

    describeSlowClients(() => openUrl, form.slowClients);
  });
}

function describeSlowClients(url: () => string, limits: SlowClientLimits): void {
  const { headersS, requestS, keepAliveS, stalledS, slackS, dripEveryMs } = limits;
  const get = `GET ${PATH} HTTP/1.1\r\nHost: x\r\n`;
  const post = `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`;

  describe.concurrent("a client that is slow on purpose is cut off:", () => {
    it.for([
      [
        "with a header that drips, thirty times",
        { first: get, drip: "X-Drip: 1\r\n" },
        headersS,
        /^HTTP\/1\.1 408 /,
        30,
      ],
      ["with a body that drips", { first: post, drip: "x" }, requestS, /^HTTP\/1\.1 405 /, 1],
      ["with a connection that asks nothing", { first: "" }, headersS, /^(HTTP\/1\.1 408 |$)/, 1],
      ["with a connection that idles after its answer", { first: `${get}\r\n` }, keepAliveS, /^HTTP\/1\.1 200 /, 1],
    ] as const)("%s", async ([, what, fromS, answer, count]) => {
      const ends = await Promise.all(Array.from({ length: count }, () => slowClient(url(), { ...what, dripEveryMs })));
      for (const { afterS, received } of ends) {
        // A client that writes to a connection just as it closes may lose the answer.
        expect(received).toMatch(answer);
        expect(afterS).toBeGreaterThan(0.9 * fromS);
        expect(afterS).toBeLessThan(fromS + slackS);
      }
    });

    it("with answers that it does not read", async () => {
      // Five of its 1.7 MB are more than the system takes.
      const long = "GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: x\r\n\r\n";
      const wholeLength = 5 * (await stat(require.resolve("swagger-ui-dist/swagger-ui-bundle.js"))).size;
      expect(wholeLength).toBeGreaterThan(5_000_000);
      const readsAfterS = 2 * stalledS + 5;
      const { afterS, received } = await slowClient(url(), { first: long.repeat(5), readsAfterS });
      // A client that had not been cut off would have got all of it, and kept its connection for as long as any that idles.
      expect(received.length).toBeLessThan(wholeLength);
      expect(afterS).toBeGreaterThan(0.9 * readsAfterS);
    });
  });
}

/** Where a request seems to come from, and what it is counted under: eight IPv4 addresses and two customers' IPv6, in each half. */
function addressOf(index: number, half: 0 | 1): { readonly address: string; readonly key: string } {
  const which = index % ADDRESSES_AT_A_TIME;
  if (which < 8) {
    const address = `203.0.113.${100 * half + which}`;
    return { address, key: address };
  }
  const network = `2001:db8:${half}:${which}`;
  return { address: `${network}::${(1 + (index % 0xffff)).toString(16)}`, key: `${network}::/64` };
}
