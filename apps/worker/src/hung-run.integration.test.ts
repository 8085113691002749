import { REFRESH_DURATIONS, watchRefresh } from "@pulseboard/refresh";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, inject, it } from "vitest";
import { WORKER_DURATIONS } from "./durations.ts";
import { inProcess, type OpenQueue, overRedis, prepareWorkers, withoutQueue } from "./testing/simulated-worker.ts";

/** No bound but the run's own end is met within a test. */
const NEVER_MS = 3_600_000;
const UNBOUNDED = {
  hungRunLeastMs: 1_000,
  referenceWaitMs: NEVER_MS,
  exchange: {
    ...WORKER_DURATIONS.exchange,
    libraryTimeoutMs: NEVER_MS,
    requestTimeoutMs: NEVER_MS,
    callDeadlineMs: NEVER_MS,
    referenceTimeoutMs: NEVER_MS,
  },
};

const failuresOf = ({ lines }: RecordedLog) => lines.filter(({ msg }) => msg === "Refresh failed");

it.each<[string, OpenQueue, string, RegExp]>([
  [
    "by the queue of its process, at the tickers,",
    inProcess,
    "/v5/market/tickers",
    /hung while collecting the market: nothing came to its end for 2 s.*\/v5\/market\/tickers/,
  ],
  [
    "by the queue over Redis, at the candles,",
    (tools) => overRedis(tools, inject("redisUrl")),
    "/v5/market/kline",
    /hung while collecting and scoring 5 symbols: .*it waited for [A-Z0-9]+USDT/,
  ],
  [
    "without a queue, at a reference service,",
    withoutQueue,
    "/fng/",
    /hung while waiting for reference data: .*\/fng\//,
  ],
])("a run %s that hangs is ended with one line that says where, and the next one publishes", async (...row) => {
  const [, openQueue, endpoint, where] = row;
  const { launch, fault, store, snapshot, status } = await prepareWorkers(UNBOUNDED);
  await fault(endpoint);
  const worker = await launch(openQueue);
  const failures = () => failuresOf(worker);
  await expect.poll(failures).toMatchObject([{ level: "error", err: { code: "refresh_hung", message: where } }]);
  expect((await status())?.last_failure).toMatchObject({ code: "refresh_hung" });
  const before = await store.sequence();
  await fault(null);
  await expect.poll(() => store.sequence()).toBeGreaterThan(before + 1);
  expect((await snapshot())?.sections.scores).toMatchObject({ received: 5, stale: false });
  expect(failures().length).toBeLessThanOrEqual(2);
});

it("an operator who waits for a run over Redis that hangs learns it", async () => {
  const { launch, fault } = await prepareWorkers(UNBOUNDED);
  const prefix = `operator-${process.pid}`;
  await fault("/v5/market/tickers");
  await launch((tools) => overRedis(tools, inject("redisUrl"), prefix));
  const { queue, records } = overRedis(createRecordedLog(), inject("redisUrl"), prefix);
  const { jobId } = await queue.enqueue("operator");
  const events = [];
  for await (const event of watchRefresh({ records, clock: systemClock, durations: REFRESH_DURATIONS }, jobId)) {
    events.push(event);
  }
  await queue.close();
  expect(events.at(-1)).toMatchObject({ event: "failed", failure: expect.stringMatching(/^The refresh hung while/) });
});

it("what a worker restored at its start is not lost when its first refresh fails", async () => {
  const { launch, fault, announcements, snapshot } = await prepareWorkers();
  const first = await launch(inProcess);
  await expect.poll(async () => (await snapshot())?.sections.scores.received).toBe(5);
  await first.close(1_000);

  await fault("/v5/market/tickers", "http_503");
  const received: Promise<number | undefined>[] = [];
  announcements.subscribe(() => received.push(snapshot().then((found) => found?.sections.scores.received)));
  const second = await launch(inProcess);
  await expect.poll(() => failuresOf(second)).not.toEqual([]);
  await fault(null);
  await expect.poll(() => received.length).toBeGreaterThan(1);
  expect(await received[0]).toBe(5);
});
