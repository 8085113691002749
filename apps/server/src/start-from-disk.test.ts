import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createMetrics, systemClock } from "@pulseboard/runtime";
import { ALERTS_KEY, SNAPSHOT_KEY } from "@pulseboard/snapshot";
import {
  type DocumentStore,
  createDiskStore as openDiskStore,
  STORAGE_DURATIONS,
  StoreError,
} from "@pulseboard/storage";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it, onTestFinished } from "vitest";
import { samplePublication, withDocument } from "./testing/sample-documents.ts";
import { startTestServer } from "./testing/test-server.ts";

function createDiskStore({ directory }: { readonly directory: string }): DocumentStore {
  return openDiskStore({ directory, ...createRecordedLog(), clock: systemClock, durations: STORAGE_DURATIONS });
}

/** A folder with the last good documents of another process. */
async function directoryWith(sequence: number): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "pulseboard-server-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const store = createDiskStore({ directory });
  await store.publish(samplePublication({ sequence }));
  await store.close();
  return directory;
}

/** A disk store whose calls can be waited for: they take real time, and count as hanging if the fake clock advances before they end. */
function followedDisk(directory: string) {
  const disk = createDiskStore({ directory });
  const asked: Promise<unknown>[] = [];
  const follow = <T>(answer: Promise<T>): Promise<T> => {
    asked.push(answer.catch(() => {}));
    return answer;
  };
  const state = { isUnavailable: false, reads: 0 };
  const store: DocumentStore = {
    ...disk,
    sequence: () => {
      if (state.isUnavailable) {
        throw new StoreError("The disk was pulled out", { code: "store_unreadable", retryable: true });
      }
      return follow(disk.sequence());
    },
    read: () => {
      state.reads += 1;
      return follow(disk.read());
    },
    readOlder: async (sequence) => follow(disk.readOlder?.(sequence) ?? Promise.resolve(null)),
  };
  const hasAnswered = async () => {
    for (let seen = -1; seen < asked.length; await nextTurn()) {
      seen = asked.length;
      await Promise.all(asked);
    }
  };
  return { store, state, hasAnswered };
}

it("serves the snapshot that the process before left on the disk, from the first request on", async () => {
  const store = createDiskStore({ directory: await directoryWith(41) });
  const { get } = await startTestServer({ stores: [store] });
  const response = await get("/api/dashboard/mobile-data");
  expect(response.headers.get("x-snapshot-sequence")).toBe("41");
  expect(await response.json()).toMatchObject({ status: "success", btc_price: 109_000.5 });
});

it("lets requests for symbols wait until they are prepared, instead of reporting that there are none", async () => {
  const store = createDiskStore({ directory: await directoryWith(41) });
  const { get } = await startTestServer({ stores: [store] });
  const [symbols, unscored] = await Promise.all([
    get("/api/dashboard/symbols"),
    get("/api/dashboard/confluence-analysis/NOSUCHUSDT"),
  ]);
  expect(symbols.headers.get("x-snapshot-sequence")).toBe("41");
  expect(await symbols.json()).toMatchObject({ status: "success" });
  expect(unscored.status).toBe(404);
});

const untouchedFile = async () => {};
it.each([
  {
    what: "of another version",
    newest: withDocument(samplePublication({ sequence: 42 }), SNAPSHOT_KEY, '{"schema_version":99}'),
    file: untouchedFile,
  },
  {
    what: "of another market",
    newest: samplePublication({ sequence: 42, origin: "simulator", simulated: true }),
    file: untouchedFile,
  },
  { what: "cut off", newest: samplePublication({ sequence: 42 }), file: (path: string) => truncate(path, 1000) },
])("serves the good snapshot before a newest that is $what, and logs that once", async ({ newest, file }) => {
  const directory = await directoryWith(41);
  const other = createDiskStore({ directory });
  await other.publish(newest);
  await file(join(directory, "last-known-good.42.json"));
  const metrics = createMetrics();
  const { store, hasAnswered } = followedDisk(directory);
  const { get, clock, lines } = await startTestServer({ stores: [store], metrics });
  for (let look = 0; look < 3; look++) {
    expect((await get("/api/dashboard/mobile-data")).headers.get("x-snapshot-sequence")).toBe("41");
    await clock.advance(5000);
    await hasAnswered();
  }
  expect(lines).toMatchObject([
    { level: "warn", store: "disk", sequence: 42, msg: expect.stringContaining("refused") },
  ]);
  expect(await metrics.text()).toContain('pulseboard_refused_documents_total{kind="publication"} 1');
  expect(await (await get("/readyz")).json()).toMatchObject({ sequence: 41, degraded: [] });
});

it("reads a refused file again only once a minute, in case somebody repairs it under the same name", async () => {
  const directory = await directoryWith(41);
  const path = join(directory, "last-known-good.41.json");
  const good = await readFile(path);
  await truncate(path, 1000);
  const { store, state, hasAnswered } = followedDisk(directory);
  const { get, clock } = await startTestServer({ stores: [store] });
  for (let look = 0; look < 11; look++) {
    await clock.advance(5000);
    await hasAnswered();
  }
  expect(state.reads).toBe(1);
  await writeFile(path, good);
  await clock.advance(5000);
  const served = async () => (await get("/api/dashboard/mobile-data")).headers.get("x-snapshot-sequence");
  await expect.poll(served).toBe("41");
});

it("a disk that comes back with only a damaged file counts as available", async () => {
  const directory = await directoryWith(41);
  await truncate(join(directory, "last-known-good.41.json"), 1000);
  const { store, state, hasAnswered } = followedDisk(directory);
  state.isUnavailable = true;
  const { get, clock, lines } = await startTestServer({ stores: [store] });
  expect(await (await get("/readyz")).json()).toMatchObject({ degraded: expect.arrayContaining(["store_away:disk"]) });
  state.isUnavailable = false;
  await clock.advance(5000);
  await hasAnswered();
  expect(await (await get("/readyz")).json()).toMatchObject({ degraded: ["no_snapshot"] });
  expect(lines).toContainEqual(expect.objectContaining({ level: "info", outage: "disk" }));
});

it("logs once that alerts cannot be read, and serves the market", async () => {
  const directory = await directoryWith(41);
  const other = createDiskStore({ directory });
  await other.publish(withDocument(samplePublication({ sequence: 42 }), ALERTS_KEY, "{"));
  const metrics = createMetrics();
  const { store, hasAnswered } = followedDisk(directory);
  const { get, clock, lines } = await startTestServer({ stores: [store], metrics });
  await clock.advance(5000);
  await hasAnswered();
  expect((await get("/api/dashboard/mobile-data")).headers.get("x-snapshot-sequence")).toBe("42");
  expect(lines).toMatchObject([{ level: "warn", sequence: 42, msg: expect.stringContaining("Alerts refused") }]);
  expect(await metrics.text()).toContain('pulseboard_refused_documents_total{kind="alerts"} 1');
});

it("does not serve a truncated file, logs that once, and serves the next good one", async () => {
  const directory = await directoryWith(41);
  for (const name of await readdir(directory)) {
    await truncate(join(directory, name), 1000);
  }
  const { store, hasAnswered } = followedDisk(directory);
  const { get, clock, lines } = await startTestServer({ stores: [store] });
  for (let look = 0; look < 3; look++) {
    await clock.advance(5000);
    await hasAnswered();
  }
  expect(await (await get("/api/dashboard/mobile-data")).json()).toMatchObject({
    status: "error",
    error: "no_snapshot",
  });
  expect(lines).toMatchObject([
    {
      level: "warn",
      store: "disk",
      problem: expect.stringContaining("is damaged"),
      msg: expect.stringContaining("refused"),
    },
    { level: "warn", degraded: "no_snapshot" },
  ]);

  await store.publish(samplePublication({ sequence: 42 }));
  // The disk takes real time.
  await expect
    .poll(async () => {
      await clock.advance(5000);
      return (await get("/api/dashboard/mobile-data")).headers.get("x-snapshot-sequence");
    })
    .toBe("42");
});
