import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLogger,
  createMetrics,
  createOutageLog,
  loadConfig,
  RUNTIME_DURATIONS,
  systemClock,
} from "@pulseboard/runtime";
import { ALERTS_KEY, SNAPSHOT_KEY, WORKER_STATE_KEY } from "@pulseboard/snapshot";
import {
  type Announcements,
  createDiskStore,
  createMemoryAnnouncements,
  createMemoryStore,
  type DocumentStore,
  type Publication,
  STORAGE_DURATIONS,
  StoreError,
} from "@pulseboard/storage";
import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it, onTestFinished } from "vitest";
import { buildDocuments } from "./documents/build-documents.ts";
import { nextMarketState } from "./next-market-state.ts";
import { createPublishing } from "./publishing.ts";
import { createWorkerReasons } from "./status/worker-reasons.ts";
import { generateRefreshInput } from "./testing/generate-refresh-input.ts";

const silent = createLogger({ level: "silent", pretty: false });
const META = { origin: "simulator", simulated: true, periodMs: 30_000 };
/** The signal of a run that nothing ends. */
const GOING_ON = new AbortController().signal;
const state = nextMarketState(generateRefreshInput({ symbols: 12 }), null);

function publicationOf(sequence: number): Publication {
  const { documents } = buildDocuments(state, META, sequence, 1_780_000_000_123, (_symbol, error) => {
    throw error;
  });
  return { sequence, documents };
}

function withDocument({ sequence, documents }: Publication, key: string, text: string): Publication {
  return { sequence, documents: new Map([...documents, [key, text]]) };
}

async function directoryWith(...publications: readonly Publication[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulseboard-publishing-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const before = createDiskStore({
    directory,
    log: silent,
    outages: createOutageLog(silent, systemClock, RUNTIME_DURATIONS),
    clock: systemClock,
    durations: STORAGE_DURATIONS,
  });
  for (const publication of publications) {
    await before.publish(publication);
  }
  return directory;
}

interface Found {
  readonly embedded?: boolean;
  readonly faster?: DocumentStore;
  readonly announcements?: Announcements;
  /** In place of the folder. */
  readonly slower?: DocumentStore;
}

/** A worker that finds this folder. */
async function prepareIn(directory: string, options: Found = {}) {
  const { embedded = false, faster, slower, announcements = createMemoryAnnouncements() } = options;
  const lines: { readonly level: string; readonly msg?: string; readonly sequence?: number }[] = [];
  const log = createLogger({
    level: "info",
    pretty: false,
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  const metrics = createMetrics();
  const clock = createFakeClock();
  const outages = createOutageLog(log, clock, RUNTIME_DURATIONS);
  const reasons = createWorkerReasons(clock);
  const publishing = createPublishing({
    config: loadConfig({ EXCHANGE: "simulator", EXCHANGE_URL: "http://127.0.0.1:9" }),
    stores: [
      ...(faster === undefined ? [] : [faster]),
      slower ?? createDiskStore({ directory, log, outages, clock: systemClock, durations: STORAGE_DURATIONS }),
    ],
    announcements,
    periodMs: META.periodMs,
    metrics,
    reasons,
    embedded,
    clock,
    log,
    outages,
    storageDurations: STORAGE_DURATIONS,
  });
  return { publishing, begin: () => publishing.begin(0, GOING_ON), reasons, lines, metrics, clock };
}

/** Begins a run of it. */
async function beginIn(directory: string, options: Found = {}) {
  const worker = await prepareIn(directory, options);
  const { newerState, publish } = await worker.begin();
  return { ...worker, newerState, publish, logged: worker.lines.map(({ msg, sequence }) => ({ msg, sequence })) };
}

it("loads the publication before a newest one that another version wrote", async () => {
  const { newerState, logged, metrics } = await beginIn(
    await directoryWith(publicationOf(12), withDocument(publicationOf(13), SNAPSHOT_KEY, '{"schema_version":99}')),
  );
  expect(newerState?.scores.value.size).toBe(12);
  expect(logged).toEqual([
    { msg: "Documents not restored", sequence: 13 },
    { msg: "Last known good documents restored", sequence: 12 },
  ]);
  expect(await metrics.text()).toContain('pulseboard_refused_documents_total{kind="publication"} 1');
});

it.each([
  { what: "the good publication before a newest one that is cut off", before: [publicationOf(12)], restored: 12 },
  { what: "nothing where the only publication is cut off", before: [], restored: null },
])("loads $what, and logs that once", async ({ before, restored }) => {
  const directory = await directoryWith(...before, publicationOf(13));
  await truncate(join(directory, "last-known-good.13.json"), 1000);
  const { logged, metrics } = await beginIn(directory);
  expect(logged.filter(({ msg }) => msg?.includes("not") || msg?.includes("Nothing"))).toHaveLength(1);
  expect(logged.find(({ msg }) => msg?.endsWith("restored") && !msg.includes("not"))?.sequence ?? null).toBe(restored);
  expect(await metrics.text()).toContain('pulseboard_refused_documents_total{kind="publication"} 1');
});

it("leaves it to the server in the same process to log and count refused documents", async () => {
  const foreign = withDocument(publicationOf(13), SNAPSHOT_KEY, '{"schema_version":99}');
  const directory = await directoryWith(withDocument(publicationOf(12), ALERTS_KEY, "{"), foreign);
  const { newerState, logged, metrics } = await beginIn(directory, { embedded: true });
  expect(newerState?.scores.value.size).toBe(12);
  expect(logged).toEqual([{ msg: "Last known good documents restored", sequence: 12 }]);
  expect(await metrics.text()).not.toMatch(/pulseboard_refused_documents_total\{/);
});

it("logs that it begins without alerts when they cannot be read", async () => {
  const { newerState, logged, metrics } = await beginIn(
    await directoryWith(withDocument(publicationOf(12), ALERTS_KEY, "{")),
  );
  expect(newerState?.alerts.alerts).toEqual([]);
  expect(logged[0]).toEqual({ msg: "Alerts not restored", sequence: 12 });
  expect(await metrics.text()).toContain('pulseboard_refused_documents_total{kind="alerts"} 1');
});

it("loads the whole state from a slower store when a faster one leaves worker:state out, as memcached does", async () => {
  const { sequence, documents } = publicationOf(12);
  const faster = createMemoryStore();
  await faster.publish({ sequence, documents: new Map([...documents].filter(([key]) => key !== WORKER_STATE_KEY)) });
  const { newerState, logged } = await beginIn(await directoryWith(publicationOf(12)), { faster });
  expect(newerState).toEqual(state);
  expect(logged).toEqual([{ msg: "Last known good documents restored", sequence: 12 }]);
});

it("logs one line about a worker:state of which parts cannot be read, and loads the rest", async () => {
  const stored = JSON.parse(publicationOf(12).documents.get(WORKER_STATE_KEY) ?? "");
  const damaged = JSON.stringify({ ...stored, zones: 1, overview: 1 });
  const { newerState, lines } = await beginIn(
    await directoryWith(withDocument(publicationOf(12), WORKER_STATE_KEY, damaged)),
  );
  expect(newerState?.reference).toEqual(state.reference);
  expect(lines.filter(({ level }) => level === "warn")).toEqual([
    expect.objectContaining({
      msg: "worker:state not restored in full",
      sequence: 12,
      problem: expect.stringMatching(/overview.*zones/),
    }),
  ]);
});

it("begins without a store that fails in a way of which nobody thought", async () => {
  const broken = (): never => {
    throw new TypeError("Invalid URL");
  };
  const faster: DocumentStore = {
    ...createMemoryStore(),
    name: "memcached",
    isCache: true,
    sequence: broken,
    read: broken,
  };
  const { newerState, metrics } = await beginIn(await directoryWith(publicationOf(12)), { faster });
  expect(newerState).toEqual(state);
  expect(await metrics.text()).toContain(
    'pulseboard_store_errors_total{store="memcached",operation="read",code="unexpected"} 1',
  );
});

it.each([
  ["above what a server serves, when every store was emptied", 500, 501],
  ["above the stores, when a server serves less", 0, 1],
  ["without a number that cannot be ours", 100_000_000_001, 1],
  ["without a number that is none", Number.NaN, 1],
])("publishes %s", async (_which, servedSequence, sequence) => {
  const { publishing } = await beginIn(await directoryWith());
  const { publish } = await publishing.begin(servedSequence, GOING_ON);
  expect(await publish(state)).toBe(sequence);
  const next = await publishing.begin(0, GOING_ON);
  expect(await next.publish(state)).toBe(sequence + 1);
});

it("gives each store that takes no publication as a reason, until it takes one", async () => {
  let isFull = true;
  const inner = createMemoryStore();
  const faster: DocumentStore = {
    ...inner,
    name: "redis",
    publish: (publication) => {
      if (isFull) {
        throw new StoreError("Redis is out of memory", { code: "store_out_of_memory", retryable: true });
      }
      return inner.publish(publication);
    },
  };
  const { publish, reasons } = await beginIn(await directoryWith(publicationOf(12)), { faster });
  const codes = () => reasons.list().map(({ code }) => code);
  expect(await publish(state)).toBe(13);
  expect(codes()).toEqual(["store_unwritable:redis"]);
  isFull = false;
  expect(await publish(state)).toBe(14);
  expect(codes()).toEqual([]);
});

/** A call that comes back when the test says so. */
function createGate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

it("a run that was ended neither publishes nor hands on what it loaded, however late its calls come back", async () => {
  const gate = createGate();
  const inner = createMemoryStore();
  let isSlow = false;
  const faster: DocumentStore = {
    ...inner,
    name: "redis",
    sequence: async () => {
      await (isSlow ? gate.opened : undefined);
      return inner.sequence();
    },
  };
  const { publishing } = await beginIn(await directoryWith(), { faster });
  await inner.publish(publicationOf(12));

  const loading = new AbortController();
  isSlow = true;
  const begun = publishing.begin(0, loading.signal);
  loading.abort(new Error("ended"));
  gate.open();
  await expect(begun).rejects.toThrow("ended");
  isSlow = false;
  const next = await publishing.begin(0, GOING_ON);
  expect(next.newerState?.scores.value.size).toBe(12);

  const publishingRun = new AbortController();
  const late = await publishing.begin(0, publishingRun.signal);
  publishingRun.abort(new Error("ended"));
  await expect(late.publish(state)).rejects.toThrow("ended");
  expect(await inner.sequence()).toBe(12);
});

it("what a store took from a run that was ended meanwhile is read by the next run, and its state is not lost", async () => {
  const gate = createGate();
  const inner = createMemoryStore();
  const faster: DocumentStore = {
    ...inner,
    name: "redis",
    publish: async (publication) => {
      const outcome = await inner.publish(publication);
      await gate.opened;
      return outcome;
    },
  };
  const { publishing } = await beginIn(await directoryWith(), { faster });
  const run = new AbortController();
  const { publish } = await publishing.begin(0, run.signal);
  const published = publish(state);
  await expect.poll(() => inner.sequence()).toBe(1);
  run.abort(new Error("ended"));
  gate.open();
  await published.catch(() => undefined);
  expect((await publishing.begin(0, GOING_ON)).newerState?.scores.value.size).toBe(12);
});

it("waits for no store longer than its bound when it loads what was published, and for no announcement", async () => {
  const forever = () => new Promise<never>(() => undefined);
  const hanging: DocumentStore = { ...createMemoryStore(), name: "redis", sequence: async () => 13, read: forever };
  // In memory, so that no real time passes beside the clock's.
  const slower = createMemoryStore();
  await slower.publish(publicationOf(12));
  const { clock, begin } = await prepareIn("", {
    faster: hanging,
    slower,
    announcements: { ...createMemoryAnnouncements(), announce: forever },
  });
  const { newerState, publish } = await settle(clock, begin());
  expect(newerState?.scores.value.size).toBe(12);
  expect(await settle(clock, publish(state))).toBe(14);
});

/** Lets the time pass in which `work` ends. */
async function settle<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  work.then(settled, settled);
  while (!isSettled) {
    await clock.advance(100);
  }
  return work;
}
