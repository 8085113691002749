import { QueueError, REFRESH_DURATIONS, watchRefresh } from "@pulseboard/refresh";
import { systemClock } from "@pulseboard/runtime";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { startRedis, type TestRedis } from "@pulseboard/testing/servers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { overRedis, prepareWorkers } from "./testing/simulated-worker.ts";

const PREFIX = "silent";
const key = (name: string) => `${PREFIX}pulseboard:refresh:${name}`;
const DURATIONS = { silentQueueMs: 4_000 };

let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
});
afterEach(() => redis.stop());

const open = (tools: RecordedLog) => overRedis(tools, redis.url, PREFIX);
const outageLines = ({ lines }: RecordedLog) =>
  lines.flatMap(({ level, outage }) => (outage === "refresh queue" ? [level] : []));
const refreshes = ({ lines }: RecordedLog) => lines.filter(({ msg }) => msg === "Refreshed").length;

/** Asks for a refresh as an operator does, and follows it. */
async function refreshAndWait(): Promise<unknown> {
  const { queue, records } = open(createRecordedLog());
  try {
    const { jobId } = await queue.enqueue("operator");
    let last: unknown = null;
    const durations = { ...REFRESH_DURATIONS, unattendedMs: 1_000 };
    for await (const event of watchRefresh({ records, clock: systemClock, durations }, jobId)) {
      last = event;
    }
    return last;
  } finally {
    await queue.close();
  }
}

/** Asks for a refresh as a server does that serves this sequence, whether or not the queue takes that. */
async function serverAsks(servedSequence: number): Promise<void> {
  const { queue } = open(createRecordedLog());
  const asked = queue.enqueue("stale", servedSequence);
  await asked.catch((error) => expect(error).toBeInstanceOf(QueueError));
  await queue.close();
}

describe.each<[string, readonly string[], readonly string[]]>([
  [
    "that somebody has paused",
    [`HSET ${key("meta")} paused 1`, `DEL ${key("marker")}`],
    [`HDEL ${key("meta")} paused`, `ZADD ${key("marker")} 0 0`],
  ],
  ["whose jobs we may not wait for", ["ACL SETUSER default -bzpopmin"], ["ACL SETUSER default +@all"]],
  [
    "that a run keeps for ever",
    [
      `HSET ${key("foreign")} name refresh data {} opts {}`,
      `SET ${key("foreign:lock")} x`,
      `LPUSH ${key("active")} foreign`,
    ],
    [`DEL ${key("foreign")} ${key("foreign:lock")} ${key("active")}`, `ZADD ${key("marker")} 0 0`],
  ],
  [
    "that holds something else than jobs",
    [`DEL ${key("prioritized")}`, `SET ${key("prioritized")} nonsense`],
    [`DEL ${key("prioritized")}`],
  ],
])("a queue %s", (_what, breaks, mends) => {
  it("is named once, the schedule goes on without it, one refresh at a time and above what a server serves, and it is used again once it runs", async () => {
    const { launch, store, status } = await prepareWorkers(DURATIONS);
    const worker = await launch(open);
    const reasons = async () => (await status())?.reasons.map(({ code }) => code);
    await expect.poll(() => store.sequence()).toBeGreaterThan(1);
    expect(await reasons()).toEqual([]);
    for (const line of breaks) {
      expect(await redis.say(line)).not.toMatch(/^-/);
    }
    await expect.poll(reasons).toEqual(["queue_silent"]);
    const silentAt = await store.sequence();
    await expect.poll(() => store.sequence()).toBeGreaterThan(silentAt + 2);
    expect(await reasons()).toEqual(["queue_silent"]);
    expect(outageLines(worker).at(-1)).toBe("warn");
    await serverAsks(500);
    // Every store may have lost it, and its clients take nothing below it.
    await expect.poll(() => store.sequence()).toBeGreaterThan(500);

    for (const line of mends) {
      expect(await redis.say(line)).not.toMatch(/^-/);
    }
    await expect.poll(reasons).toEqual([]);
    await expect.poll(() => outageLines(worker).at(-1)).toBe("info");
    await expect.poll(refreshAndWait).toMatchObject({ event: "done" });
    expect(JSON.stringify(worker.lines)).not.toContain("superseded");
  });
});

it("a run that is over and a run that is gone, but keep others away, are passed over", async () => {
  const { queue } = open(createRecordedLog());
  await redis.say(`HSET ${key("over")} name refresh data {} opts {} finishedOn 1700000000001 returnvalue null`);
  await redis.say(`ZADD ${key("completed")} 1700000000001 over`);
  for (const inTheWay of ["over", "gone"]) {
    await redis.say(`SET ${key("de:refresh")} ${inTheWay}`);
    expect(await queue.enqueue("schedule")).toMatchObject({ outcome: "accepted" });
    await redis.say(`DEL ${key("de:refresh")}`);
  }
  await queue.close();
});

it("an operator who waits at a paused queue learns that it is paused", async () => {
  await redis.say(`HSET ${key("meta")} paused 1`);
  expect(await refreshAndWait()).toMatchObject({ event: "unattended", paused: true });
});

it("a queue whose jobs another worker runs is not silent", async () => {
  await redis.say("ACL SETUSER crippled on nopass ~* &* +@all -bzpopmin");
  const crippled = (tools: RecordedLog) => overRedis(tools, redis.url.replace("//", "//crippled:x@"), PREFIX);
  const { launch, store } = await prepareWorkers(DURATIONS);
  const healthy = await launch(open);
  const other = await launch(crippled);
  const before = await store.sequence();
  await expect.poll(() => store.sequence()).toBeGreaterThan(before + 5);
  // It may have run one that waited as it came, without waiting for it.
  expect(refreshes(healthy)).toBeGreaterThan(refreshes(other));
  expect(outageLines(other)).toEqual([]);
  expect(outageLines(healthy)).toEqual([]);
});

it("of two workers at a paused queue one refreshes, and the other when that one is gone", async () => {
  const { launch, store } = await prepareWorkers(DURATIONS);
  await redis.say(`HSET ${key("meta")} paused 1`);
  const workers = [await launch(open), await launch(open)];
  await expect.poll(() => store.sequence()).toBeGreaterThan(4);
  const [leader, other] = workers.toSorted((a, b) => refreshes(b) - refreshes(a));
  expect(other === undefined ? null : refreshes(other)).toBe(0);
  await leader?.close(1_000);
  const before = await store.sequence();
  await expect.poll(() => store.sequence()).toBeGreaterThan(before + 1);
  await redis.say(`HDEL ${key("meta")} paused`);
  await redis.say(`ZADD ${key("marker")} 0 0`);
  await expect.poll(refreshAndWait).toMatchObject({ event: "done" });
  expect(JSON.stringify(workers.map(({ lines }) => lines))).not.toContain("superseded");
});
