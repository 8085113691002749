import { mkdirSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createLogger } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodePublication } from "./disk-format.ts";
import { createDiskStore } from "./disk-store.ts";
import type { DocumentStore } from "./document-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createPublisher } from "./publisher.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";

const build = (sequence: number): ReadonlyMap<string, string> => publicationOf(sequence).documents;

describe("The publisher", () => {
  let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
  let lines: string[];
  const log = createLogger({ level: "info", pretty: true, destination: { write: (line) => lines.push(line) } });

  beforeEach(async () => {
    folder = await createTemporaryFolder();
    lines = [];
  });
  afterEach(() => folder.remove());

  /** A disk store that cannot work until `mend` is called. */
  const brokenDisk = async (): Promise<{ readonly disk: DocumentStore; mend(): Promise<void> }> => {
    const blocker = join(folder.path, "data");
    await writeFile(blocker, "a file where the folder should be");
    return { disk: createDiskStore({ directory: blocker }), mend: () => rm(blocker) };
  };

  test("begins with sequence 1 and gives every store the same documents", async () => {
    const stores = [createMemoryStore(), createDiskStore({ directory: folder.path })];
    const result = await createPublisher({ stores, log }).publish(build, 0);
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
    expect(lines).toEqual([]);
  });

  test("goes on after a restart where the disk left off", async () => {
    const directory = folder.path;
    await createDiskStore({ directory }).publish(publicationOf(41));
    const memory = createMemoryStore();
    const publisher = createPublisher({ stores: [memory, createDiskStore({ directory })], log });
    expect((await publisher.publish(build, 41)).sequence).toBe(42);
    expect(await memory.read()).toEqual(publicationOf(42));
  });

  test("never goes back when every store was flushed", async () => {
    const disk = createDiskStore({ directory: folder.path });
    const publisher = createPublisher({ stores: [disk], log });
    await publisher.publish(build, 0);
    await publisher.publish(build, 1);
    await folder.remove();
    expect((await publisher.publish(build, 2)).sequence).toBe(3);
    expect(await disk.read()).toEqual(publicationOf(3));
  });

  test("serves on when one store fails, says which and why in the log and in the outcome, and heals", async () => {
    const { disk, mend } = await brokenDisk();
    const memory = createMemoryStore();
    const publisher = createPublisher({ stores: [memory, disk], log });

    const hurt = await publisher.publish(build, 0);
    expect(hurt.outcomes).toEqual([
      { store: "memory", outcome: "published" },
      { store: "disk", outcome: "failed", error: expect.objectContaining({ name: "StoreError" }) },
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/WARN .*store=disk.*DATA_DIR/);

    await mend();
    const healed = await publisher.publish(build, 1);
    expect(healed.outcomes.map((each) => each.outcome)).toEqual(["published", "published"]);
    expect(await disk.read()).toEqual(publicationOf(2));
  });

  test("fails, with the reason of each store, only when no store took it", async () => {
    const { disk } = await brokenDisk();
    const failure = await createPublisher({ stores: [disk], log })
      .publish(build, 0)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "StoreError", code: "not_published", retryable: true });
    expect(String(failure)).toContain(folder.path);
  });

  test("publishes nothing more where a store came back with newer documents meanwhile, and goes on from these", async () => {
    const directory = join(folder.path, "restored");
    const publisher = createPublisher({ stores: [createMemoryStore(), createDiskStore({ directory })], log });
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

  test("gives each of many publications at once a sequence of its own", async () => {
    const stores = [createMemoryStore(), createDiskStore({ directory: folder.path })];
    const publisher = createPublisher({ stores, log });
    const results = await Promise.all(Array.from({ length: 5 }, (_, published) => publisher.publish(build, published)));
    expect(results.map((each) => each.sequence)).toEqual([1, 2, 3, 4, 5]);
  });

  test("publishes nothing for a run that was overtaken, and tells it by whom", async () => {
    const stores = [createMemoryStore(), createDiskStore({ directory: folder.path })];
    const heldUp = createPublisher({ stores, log });
    const other = createPublisher({ stores, log });
    await heldUp.publish(build, 0);
    const basedOn = await heldUp.latest();
    expect((await other.publish(build, basedOn)).sequence).toBe(2);
    await expect(heldUp.publish(build, basedOn)).rejects.toMatchObject({
      code: "superseded",
      message: "Sequence 2 was published by somebody else since 1",
    });
    expect(await stores[0]?.sequence()).toBe(2);
    expect((await heldUp.publish(build, await heldUp.latest())).sequence).toBe(3);
  });

  test("does not wait for ever for a store that hangs", async () => {
    const clock = createFakeClock();
    const hanging = { ...createMemoryStore(), name: "hanging", publish: () => new Promise<never>(() => {}) };
    const publisher = createPublisher({ stores: [createMemoryStore(), hanging], log, clock });
    const publishing = publisher.publish(build, 0);
    await expect.poll(() => clock.sleeping()).toBe(1);
    await clock.advance(5_000);
    expect((await publishing).outcomes).toMatchObject([
      { outcome: "published" },
      { store: "hanging", outcome: "failed", error: { code: "store_timeout" } },
    ]);
  });

  test("goes on after a build that threw", async () => {
    const publisher = createPublisher({ stores: [createMemoryStore()], log });
    const broken = publisher.publish(() => {
      throw new RangeError("cannot assemble");
    }, 0);
    await expect(broken).rejects.toThrow("cannot assemble");
    expect((await publisher.publish(build, 0)).sequence).toBe(1);
  });

  test("of several that go on from the same, one publishes, and the disk has what that one made", async () => {
    for (let published = 0; published < 10; published++) {
      const publishers = Array.from({ length: 3 }, () =>
        createPublisher({ stores: [createDiskStore({ directory: folder.path })], log }),
      );
      const results = await Promise.allSettled(publishers.map((publisher) => publisher.publish(build, published)));
      const made = results.filter(({ status }) => status === "fulfilled");
      expect(made).toMatchObject([{ value: { sequence: published + 1 } }]);
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(failures).toMatchObject([{ code: "superseded" }, { code: "superseded" }]);
      expect(await createDiskStore({ directory: folder.path }).read()).toEqual(publicationOf(published + 1));
    }
  });
});

/** What another process would write, at a moment of the test's choosing. */
function restoreSync(directory: string, sequence: number): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `last-known-good.${sequence}.json`), encodePublication(publicationOf(sequence)));
}
