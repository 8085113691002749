import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";
import { startRedis } from "@pulseboard/testing/servers";
import { expect, it, onTestFinished } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { outlastsPauses } from "./testing/pauses-in-a-row.ts";
import { inProcess, overRedis, prepareWorkers } from "./testing/simulated-worker.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A busy machine may take seconds for a refresh; a test has longer for all of them. */
const LATER = { hangLineLeastMs: 20_000, hangEndLeastMs: 25_000 };
/** Three and five periods of a second. */
const AT_ONCE = { hangLineLeastMs: 0, hangEndLeastMs: 0 };
const PATIENT = { timeout: 90_000 };

/** A reference service that does this with each request, and has garbage collected. */
async function startReference(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => {
    answer(response);
    // When the headers have arrived: then Node 20 forgets what would end the wait for the body.
    setTimeout(collectGarbage, 100);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const HEAD = { "content-type": "application/json", "content-length": "100000" };

it.each<[string, (response: ServerResponse) => void]>([
  ["never sends its headers", () => undefined],
  [
    "stalls in the body",
    (response) => {
      response.writeHead(200, HEAD);
      response.write('{"data":');
    },
  ],
  [
    "drips one byte a second",
    (response) => {
      response.writeHead(200, HEAD);
      const timer = setInterval(() => response.write(" "), 1_000);
      response.on("close", () => clearInterval(timer));
      response.write(" ");
    },
  ],
])(
  "with a reference service that %s, scores stay fresh, with one line for each failure, although garbage is collected",
  async (...[, answer]) => {
    const referenceUrl = await startReference(answer);
    const exchange = { ...WORKER_DURATIONS.exchange, referenceTimeoutMs: 500 };
    const { launch, store, snapshot } = await prepareWorkers({ ...LATER, exchange }, { referenceUrl });
    const worker = await launch(inProcess);
    await expect.poll(() => store.sequence(), PATIENT).toBeGreaterThan(4);
    expect((await snapshot())?.sections).toMatchObject({
      scores: { received: 5, stale: false },
      reference: { stale: true },
    });
    const lines = worker.linesWith('"code":"reference_');
    expect(lines.filter(({ code }) => code !== "reference_timeout")).toEqual([]);
    // Both sources fail once each, or twice where there is a second service to ask, and are then left alone for minutes.
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThanOrEqual(4);
    expect(worker.ends).toEqual([]);
  },
);

it("a publication that never resolves costs its store alone: the others are published to at each tick", async () => {
  const hanging: DocumentStore = { ...createMemoryStore(), name: "disk", publish: () => new Promise(() => undefined) };
  const { launch, store, snapshot, status } = await prepareWorkers(LATER, { moreStores: [hanging], storeHangsMs: 300 });
  const worker = await launch(inProcess);
  await expect.poll(() => store.sequence(), PATIENT).toBeGreaterThan(4);
  expect((await snapshot())?.sections.scores).toMatchObject({ received: 5, stale: false });
  expect((await status())?.reasons.map(({ code }) => code)).toEqual(["store_unwritable:disk"]);
  expect([worker.ends, worker.linesWith("worker_hangs"), worker.linesWith("Refresh failed")]).toEqual([[], [], []]);
});

it("a run whose lock is lost gives up, and the next one publishes", async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const { launch, fault, store } = await prepareWorkers(LATER);
  const worker = await launch((tools) => overRedis(tools, redis.url, ""));
  await expect.poll(() => store.sequence(), PATIENT).toBeGreaterThan(1);
  await fault("/v5/market/kline");
  await fault("/v5/market/orderbook");
  const takeLock = async () => {
    const active = /(\d+)\r\n$/.exec(await redis.say("LINDEX pulseboard:refresh:active 0"))?.[1];
    return active === undefined ? "" : await redis.say(`DEL pulseboard:refresh:${active}:lock`);
  };
  await expect.poll(takeLock).toContain(":1");
  await expect.poll(() => worker.linesWith("Refresh lost"), PATIENT).not.toEqual([]);
  await fault(null);
  const before = await store.sequence();
  await expect.poll(() => store.sequence(), PATIENT).toBeGreaterThan(before + 1);
  expect([worker.ends, worker.linesWith("worker_hangs")]).toEqual([[], []]);
});

it("an attempt that nothing ends is named, and the worker ends", async () => {
  const never = 3_600_000;
  const exchange = {
    ...WORKER_DURATIONS.exchange,
    libraryTimeoutMs: never,
    requestTimeoutMs: never,
    callDeadlineMs: never,
  };
  const { launch, fault, status } = await prepareWorkers({ ...AT_ONCE, hungRunLeastMs: never, exchange });
  await fault("/v5/market/kline");
  const worker = await launch(inProcess);
  await expect
    .poll(() => worker.linesWith("worker_hangs"))
    .toMatchObject([
      {
        level: "error",
        err: { message: expect.stringMatching(/: collecting and scoring 5 symbols; it waits for [A-Z0-9]+USDT/) },
      },
    ]);
  await expect
    .poll(async () => (await status())?.reasons.map(({ code }) => code))
    .toEqual(["refresh_failing:worker_hangs"]);
  await expect.poll(() => worker.ends).toEqual(["no refresh has come to its end for 5 s"]);
  await delay(2_000);
  expect([worker.ends.length, worker.linesWith("worker_hangs").length]).toEqual([1, 1]);
});

it("several pauses in a row neither end the worker nor have it ask more than once after each", () => outlastsPauses(5));
