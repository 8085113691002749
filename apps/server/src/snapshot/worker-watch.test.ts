import { createMetrics } from "@pulseboard/runtime";
import { formatWorkerStatus, type WorkerStatus } from "@pulseboard/snapshot";
import { createMemoryStore } from "@pulseboard/storage";
import { expect, it } from "vitest";
import { GENERATED_AT_MS, samplePublication } from "../testing/sample-documents.ts";
import { startTestServer } from "../testing/test-server.ts";

const PERIOD_MS = 30_000;

function statusAt(writtenMs: number, codes: readonly string[] = [], origin = "bybit"): string {
  const at = new Date(writtenMs).toISOString();
  return formatWorkerStatus({
    format: 1,
    written_at: at,
    version: "unknown",
    origin,
    pid: 1,
    host: "vps",
    data_dir: "/data",
    started_at: at,
    period_ms: PERIOD_MS,
    reasons: codes.map((code) => ({ code, since: at, until: null })),
    last_attempt_at: null,
    last_success_at: null,
    last_failure: null,
    exchange_pauses: [],
  } satisfies WorkerStatus);
}

/** With an end of the first reason. */
function endingAt(text: string, until: string): string {
  const status = JSON.parse(text) as WorkerStatus;
  const [first, ...others] = status.reasons;
  return formatWorkerStatus({ ...status, reasons: first === undefined ? [] : [{ ...first, until }, ...others] });
}

async function startWith(text: string | null) {
  const metrics = createMetrics();
  const redis = createMemoryStore();
  const disk = createMemoryStore();
  if (text !== null) {
    await redis.writeStatus?.(text, 1);
  }
  const server = await startTestServer({ stores: [redis, disk], metrics, freshForMs: 3_600_000 }, () =>
    redis.publish(samplePublication({ sequence: 41 })),
  );
  const degraded = async (): Promise<unknown> => Object(await (await server.get("/readyz")).json()).degraded;
  const counted = async () =>
    [...(await metrics.text()).matchAll(/^pulseboard_degraded\{reason="(.*)"\} 1$/gm)].map(([, reason]) => reason);
  const metricLines = async () =>
    (await metrics.text()).match(/^pulseboard_degraded_(since|until)_seconds\{.*$/gm) ?? [];
  return { ...server, redis, disk, degraded, counted, metricLines };
}

it("says what the worker says, in /readyz and in the metrics, and both end with it", async () => {
  const { redis, clock, degraded, counted } = await startWith(
    statusAt(GENERATED_AT_MS, ["store_unwritable:disk", "store_unwritable:memcached", "of_another_version"]),
  );
  expect(await degraded()).toEqual(["store_unwritable:disk", "store_unwritable:memcached"]);
  expect(await counted()).toEqual(["store_unwritable:disk", "store_unwritable:memcached"]);
  await redis.writeStatus?.(statusAt(GENERATED_AT_MS + 1000), 1);
  await clock.advance(5000);
  expect(await degraded()).toEqual([]);
  expect(await counted()).toEqual([]);
});

it("calls the worker silent after three periods without a word, and not once it speaks again", async () => {
  const { disk, clock, degraded, counted } = await startWith(statusAt(GENERATED_AT_MS, ["store_unwritable:disk"]));
  await clock.advance(3 * PERIOD_MS);
  expect(await degraded()).toEqual(["store_unwritable:disk"]);
  await clock.advance(1000);
  expect(await degraded()).toEqual(["worker_silent"]);
  expect(await counted()).toEqual(["worker_silent"]);
  // Redis refuses writes, and the disk has it.
  await disk.writeStatus?.(statusAt(GENERATED_AT_MS + 92_000, ["store_unwritable:redis"]), 1);
  await clock.advance(5000);
  expect(await degraded()).toEqual(["store_unwritable:redis"]);
});

it("knows of a silence that began before its own start, and is not misled by a wall clock that is set", async () => {
  const { redis, clock, degraded } = await startWith(statusAt(GENERATED_AT_MS - 4 * PERIOD_MS));
  expect(await degraded()).toEqual(["worker_silent"]);
  await redis.writeStatus?.(statusAt(GENERATED_AT_MS - 3 * PERIOD_MS), 1);
  await clock.advance(5000);
  expect(await degraded()).toEqual([]);
  clock.setNowMs(GENERATED_AT_MS + 1_800_000);
  // The age of the snapshot cannot be known any more; the worker's silence is measured without that clock.
  expect(await degraded()).toEqual(["snapshot_stale"]);
});

it("takes no word of a worker of another market", async () => {
  const { redis, disk, clock, degraded } = await startWith(
    statusAt(GENERATED_AT_MS + 1000, ["store_unwritable:disk"], "simulator"),
  );
  expect(await degraded()).toEqual([]);
  await disk.writeStatus?.(statusAt(GENERATED_AT_MS, ["store_unwritable:redis"]), 1);
  await redis.writeStatus?.(statusAt(GENERATED_AT_MS + 2000, [], "simulator"), 1);
  await clock.advance(5000);
  expect(await degraded()).toEqual(["store_unwritable:redis"]);
});

it("says nothing of a worker of which it never heard, and refuses what is no status, in one line", async () => {
  const { clock, lines, degraded } = await startWith("<html>");
  for (let look = 0; look < 3; look++) {
    await clock.advance(5000);
  }
  expect(await degraded()).toEqual([]);
  expect(lines.filter(({ msg }) => msg === "Status of the worker refused")).toHaveLength(1);
});

it("says until when, where the worker knows", async () => {
  const until = new Date(GENERATED_AT_MS + 600_000).toISOString();
  const codes = ["exchange_paused:exchange_banned", "refresh_failing:exchange_banned", "exchange_frozen"];
  const server = await startWith(endingAt(statusAt(GENERATED_AT_MS, codes), until));
  const since = new Date(GENERATED_AT_MS).toISOString();
  expect(await (await server.get("/readyz")).json()).toMatchObject({
    degraded: codes,
    since: Object.fromEntries(codes.map((code) => [code, since])),
    until: { "exchange_paused:exchange_banned": until },
  });
  const shown = await server.metricLines();
  expect(shown).toEqual([
    ...codes.map((code) => `pulseboard_degraded_since_seconds{reason="${code}"} ${GENERATED_AT_MS / 1000}`),
    `pulseboard_degraded_until_seconds{reason="exchange_paused:exchange_banned"} ${GENERATED_AT_MS / 1000 + 600}`,
  ]);
  await server.redis.writeStatus?.(statusAt(GENERATED_AT_MS + 1000), 1);
  await server.clock.advance(5000);
  expect(await (await server.get("/readyz")).json()).toMatchObject({ degraded: [], since: {}, until: {} });
  expect(await server.metricLines()).toEqual([]);
});

it("drops what has come to the end that the worker gave, whatever the two wall clocks say", async () => {
  const code = "exchange_paused:exchange_banned";
  const until = new Date(GENERATED_AT_MS + 20_000).toISOString();
  const { clock, degraded } = await startWith(endingAt(statusAt(GENERATED_AT_MS, [code]), until));
  await clock.advance(19_000);
  clock.setNowMs(GENERATED_AT_MS + 21_000);
  expect(await degraded()).toEqual([code]);
  await clock.advance(1000);
  expect(await degraded()).toEqual([]);
});

it("dates a silence by the worker's last word", async () => {
  const server = await startWith(statusAt(GENERATED_AT_MS));
  await server.clock.advance(3 * PERIOD_MS + 1000);
  expect(await (await server.get("/readyz")).json()).toMatchObject({
    since: { worker_silent: new Date(GENERATED_AT_MS).toISOString() },
  });
});
