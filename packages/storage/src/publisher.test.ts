import { mkdirSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog, type RecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodePublication } from "./disk-format.ts";
import type { DocumentStore, PublicationContent } from "./document-store.ts";
import { STORAGE_DURATIONS } from "./durations.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createPublisher } from "./publisher.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { openDisk, openPublisher } from "./testing/tools.ts";

const build = (sequence: number): PublicationContent => publicationOf(sequence);

describe("The publisher", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let recorded: RecordedLog;

  beforeEach(async () => {
    folder = await createTemporaryFolder();
    recorded = createRecordedLog();
  });
  afterEach(() => folder.remove());

  /** A disk store that cannot work until `mend` is called. */
  const brokenDisk = async (): Promise<{ readonly disk: DocumentStore; mend(): Promise<void> }> => {
    const blocker = join(folder.path, "data");
    await writeFile(blocker, "a file where the folder should be");
    return { disk: openDisk(blocker, recorded), mend: () => rm(blocker) };
  };

  test("begins with sequence 1 and gives every store the same documents", async () => {
    const stores = [createMemoryStore(), openDisk(folder.path)];
    const result = await openPublisher(stores, recorded).publish(build, 0);
    expect(result).toEqual({
      sequence: 1,
      outcomes: [
        { store: "memory", outcome: "published" },
        { store: "disk", outcome: "published" },
      ],
    });
    for (const store of stores) {
      expect(await store.read()).toEqual(publicationOf(1));
    }
    expect(recorded.lines).toEqual([]);
  });

  test("publishes nothing of a run that is ended while its documents are built, and what is built slowly in its turn", async () => {
    const memory = createMemoryStore();
    const publisher = openPublisher([memory], recorded);
    const ending = new AbortController();
    const ended = publisher.publish(
      async (sequence) => {
        await Promise.resolve();
        ending.abort(new Error("ended"));
        return build(sequence);
      },
      0,
      ending.signal,
    );
    const next = publisher.publish(async (sequence) => build(sequence), 1);
    await expect(ended).rejects.toThrow("ended");
    expect((await next).sequence).toBe(2);
    expect(await memory.read()).toEqual(publicationOf(2));
  });

  test("a build that fails costs its own publication alone", async () => {
    const memory = createMemoryStore();
    const publisher = openPublisher([memory], recorded);
    const failing = publisher.publish(() => Promise.reject(new Error("not valid")), 0);
    await expect(failing).rejects.toThrow("not valid");
    expect((await publisher.publish(build, 0)).sequence).toBe(1);
  });

  test("goes on after a restart where the disk left off", async () => {
    const directory = folder.path;
    await openDisk(directory).publish(publicationOf(41));
    const memory = createMemoryStore();
    const publisher = openPublisher([memory, openDisk(directory)], recorded);
    expect((await publisher.publish(build, 41)).sequence).toBe(42);
    expect(await memory.read()).toEqual(publicationOf(42));
  });

  test("never goes back when every store was flushed", async () => {
    const disk = openDisk(folder.path);
    const publisher = openPublisher([disk], recorded);
    await publisher.publish(build, 0);
    await publisher.publish(build, 1);
    await folder.remove();
    expect((await publisher.publish(build, 2)).sequence).toBe(3);
    expect(await disk.read()).toEqual(publicationOf(3));
  });

  test("goes on when one store fails, reports which and why in log and outcome, and heals", async () => {
    const { disk, mend } = await brokenDisk();
    const memory = createMemoryStore();
    const publisher = openPublisher([memory, disk], recorded);

    const hurt = await publisher.publish(build, 0);
    expect(hurt.outcomes).toEqual([
      { store: "memory", outcome: "published" },
      { store: "disk", outcome: "failed", error: expect.objectContaining({ name: "StoreError" }) },
    ]);
    expect(recorded.lines).toMatchObject([
      { level: "warn", outage: "disk", err: { hint: expect.stringContaining("DATA_DIR") } },
    ]);

    await mend();
    const healed = await publisher.publish(build, 1);
    expect(healed.outcomes.map((each) => each.outcome)).toEqual(["published", "published"]);
    expect(await disk.read()).toEqual(publicationOf(2));
    expect(recorded.lines.map(({ level, outage }) => [level, outage])).toEqual([
      ["warn", "disk"],
      ["info", "disk"],
    ]);
  });

  test("fails, with the reason of each store, only when no store took it", async () => {
    const { disk } = await brokenDisk();
    const failure = await openPublisher([disk], recorded)
      .publish(build, 0)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "StoreError", code: "not_published", retryable: true });
    expect(String(failure)).toContain(folder.path);
  });

  test("publishes nothing more where a store came back with newer documents meanwhile, and goes on from these", async () => {
    const directory = join(folder.path, "restored");
    const publisher = openPublisher([createMemoryStore(), openDisk(directory)], recorded);
    const overtaken = publisher.publish((sequence) => {
      // Between asking for the sequence and publishing, another process brings the disk to 70.
      restoreSync(directory, 70);
      return build(sequence);
    }, 0);
    await expect(overtaken).rejects.toMatchObject({ code: "superseded" });
    const { sequence, outcomes } = await publisher.publish(build, await publisher.latest());
    expect(sequence).toBe(71);
    expect(outcomes.map((each) => each.outcome)).toEqual(["published", "published"]);
  });

  test("gives each of many publications at once its own sequence", async () => {
    const stores = [createMemoryStore(), openDisk(folder.path)];
    const publisher = openPublisher(stores, recorded);
    const results = await Promise.all(Array.from({ length: 5 }, (_, published) => publisher.publish(build, published)));
    expect(results.map((each) => each.sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  test("publishes nothing for a run that was overtaken, and names the newer sequence", async () => {
    const stores = [createMemoryStore(), openDisk(folder.path)];
    const heldUp = openPublisher(stores, recorded);
    const other = openPublisher(stores, recorded);
    await heldUp.publish(build, 0);
    const basedOn = await heldUp.latest();
    expect((await other.publish(build, basedOn)).sequence).toBe(2);
    await expect(heldUp.publish(build, basedOn)).rejects.toMatchObject({
      code: "superseded",
      message: "Another publisher has published sequence 2 since 1",
    });
    expect(await stores[0]?.sequence()).toBe(2);
    expect((await heldUp.publish(build, await heldUp.latest())).sequence).toBe(3);
  });

  test("does not wait forever for a store that hangs", async () => {
    const clock = createFakeClock();
    const hanging = { ...createMemoryStore(), name: "hanging", publish: () => new Promise<never>(() => {}) };
    const publisher = createPublisher({
      stores: [createMemoryStore(), hanging],
      ...recorded,
      clock,
      durations: STORAGE_DURATIONS,
    });
    const publishing = publisher.publish(build, 0);
    await expect.poll(() => clock.sleeping()).toBe(1);
    await clock.advance(5_000);
    expect((await publishing).outcomes).toMatchObject([
      { outcome: "published" },
      { store: "hanging", outcome: "failed", error: { code: "store_timeout" } },
    ]);
  });

  test.each([
    ["a defect", new TypeError("Invalid URL")],
    ["not even an error", "broken"],
  ])("goes on whatever a single store throws, %s, and says it once with its stack", async (_, thrown) => {
    let isBroken = true;
    const healthy = createMemoryStore();
    const inner = createMemoryStore();
    const orThrow = <T>(call: () => Promise<T>): Promise<T> => {
      if (isBroken) {
        throw thrown;
      }
      return call();
    };
    const broken: DocumentStore = {
      ...inner,
      name: "memcached",
      isCache: true,
      sequence: () => orThrow(inner.sequence),
      publish: (publication) => orThrow(() => inner.publish(publication)),
    };
    const publisher = openPublisher([broken, healthy], recorded);
    for (let published = 0; published < 3; published++) {
      expect(await publisher.latest()).toBe(published);
      const { outcomes } = await publisher.publish(build, published);
      expect(outcomes).toMatchObject([
        { store: "memcached", outcome: "failed", error: { code: "store_failed" } },
        { outcome: "published" },
      ]);
    }
    expect(recorded.lines.filter(({ outage }) => outage !== undefined)).toMatchObject([
      { level: "warn", outage: "memcached", err: { stack: expect.stringContaining("publisher") } },
    ]);
    isBroken = false;
    expect((await publisher.publish(build, 3)).outcomes).toMatchObject([{ outcome: "published" }, {}]);
    expect(recorded.lines.at(-1)).toMatchObject({ level: "info", outage: "memcached" });
  });

  test("writes a cache last, and not at all when another publisher was faster in the stores that compare", async () => {
    const memory = createMemoryStore();
    const cached: number[] = [];
    const cache: DocumentStore = {
      ...createMemoryStore(),
      name: "cache",
      isCache: true,
      sequence: async () => 0,
      publish: async ({ sequence }) => {
        expect(await memory.sequence()).toBe(sequence);
        cached.push(sequence);
        return { published: true };
      },
    };
    const publisher = openPublisher([cache, memory], recorded);
    const { outcomes } = await publisher.publish(build, 0);
    expect(outcomes.map(({ store }) => store)).toEqual(["cache", "memory"]);
    const overtaken = publisher.publish((sequence) => {
      void memory.publish(publicationOf(sequence + 1));
      return build(sequence);
    }, 1);
    await expect(overtaken).rejects.toMatchObject({ code: "superseded" });
    expect(cached).toEqual([1]);
  });

  test("goes on from a cache's number when it has no other, and is not stopped by one that appears meanwhile", async () => {
    let cached = 500;
    const cache: DocumentStore = {
      ...createMemoryStore(),
      isCache: true,
      sequence: async () => cached,
      publish: async () => ({ published: true }),
    };
    const publisher = openPublisher([cache, createMemoryStore()], recorded);
    const basedOn = await publisher.latest();
    expect(basedOn).toBe(500);
    cached = 99_999_999;
    expect((await publisher.publish(build, basedOn)).outcomes).toMatchObject([
      { outcome: "published" },
      { outcome: "published" },
    ]);
  });

  test("goes on after a build that threw", async () => {
    const publisher = openPublisher([createMemoryStore()], recorded);
    const broken = publisher.publish(() => {
      throw new RangeError("cannot assemble");
    }, 0);
    await expect(broken).rejects.toThrow("cannot assemble");
    expect((await publisher.publish(build, 0)).sequence).toBe(1);
  });

  test("lets one of several publishers with the same base publish, and the disk has that one's documents", async () => {
    for (let published = 0; published < 10; published++) {
      const publishers = Array.from({ length: 3 }, () => openPublisher([openDisk(folder.path)], recorded));
      const results = await Promise.allSettled(publishers.map((publisher) => publisher.publish(build, published)));
      const made = results.filter(({ status }) => status === "fulfilled");
      expect(made).toMatchObject([{ value: { sequence: published + 1 } }]);
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(failures).toMatchObject([{ code: "superseded" }, { code: "superseded" }]);
      expect(await openDisk(folder.path).read()).toEqual(publicationOf(published + 1));
    }
  });
});

/** The publication of another process, written at a moment of the test's choosing. */
function restoreSync(directory: string, sequence: number): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, `last-known-good.${sequence}.json`),
    [...encodePublication(publicationOf(sequence))].join(""),
  );
}
