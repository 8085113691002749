import { mkdirSync, writeFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createFakeClock, createLogger } from "@pulseboard/runtime";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { encodePublication } from "./disk-format.ts";
import { createDiskStore } from "./disk-store.ts";
import type { DocumentStore } from "./document-store.ts";
import { createMemoryStore } from "./memory-store.ts";
import { createPublisher } from "./publisher.ts";
import { publicationOf } from "./testing/document-store-conformance.ts";
import { createTemporaryFolder } from "./testing/temporary-folder.ts";

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
    const result = await createPublisher({ stores, log }).publish(build);
    expect(result).toEqual({
      sequence: 1,
      outcomes: [
        { store: "memory", outcome: "published" },
        { store: "disk", outcome: "published" },
      ],
    });
    for (const store of stores) expect(await store.read()).toEqual(publicationOf(1));
    expect(lines).toEqual([]);
  });

  test("goes on after a restart where the disk left off", async () => {
    const directory = folder.path;
    await createDiskStore({ directory }).publish(publicationOf(41));
    const memory = createMemoryStore();
    const publisher = createPublisher({ stores: [memory, createDiskStore({ directory })], log });
    expect((await publisher.publish(build)).sequence).toBe(42);
    expect(await memory.read()).toEqual(publicationOf(42));
  });

  test("never goes back when every store was flushed", async () => {
    const disk = createDiskStore({ directory: folder.path });
    const publisher = createPublisher({ stores: [disk], log });
    await publisher.publish(build);
    await publisher.publish(build);
    await folder.remove();
    expect((await publisher.publish(build)).sequence).toBe(3);
    expect(await disk.read()).toEqual(publicationOf(3));
  });

  test("serves on when one store fails, says which and why in the log and in the outcome, and heals", async () => {
    const { disk, mend } = await brokenDisk();
    const memory = createMemoryStore();
    const publisher = createPublisher({ stores: [memory, disk], log });

    const hurt = await publisher.publish(build);
    expect(hurt.outcomes).toEqual([
      { store: "memory", outcome: "published" },
      { store: "disk", outcome: "failed", error: expect.objectContaining({ name: "StoreError" }) },
    ]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/WARN .*store=disk.*DATA_DIR/);

    await mend();
    const healed = await publisher.publish(build);
    expect(healed.outcomes.map((each) => each.outcome)).toEqual(["published", "published"]);
    expect(await disk.read()).toEqual(publicationOf(2));
  });

  test("fails, with the reason of each store, only when no store took it", async () => {
    const { disk } = await brokenDisk();
    const failure = await createPublisher({ stores: [disk], log })
      .publish(build)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "StoreError", code: "not_published", retryable: true });
    expect(String(failure)).toContain(folder.path);
  });

  test("takes a higher sequence when a store came back with newer documents meanwhile", async () => {
    const directory = join(folder.path, "restored");
    const memory = createMemoryStore();
    const disk = createDiskStore({ directory });
    const publisher = createPublisher({ stores: [memory, disk], log });
    let restored = false;
    const result = await publisher.publish((sequence) => {
      // Between asking for the sequence and publishing, another process brings the disk to 70.
      if (!restored) restoreSync(directory, 70);
      restored = true;
      return build(sequence);
    });
    expect(result.sequence).toBe(71);
    expect(result.outcomes.map((each) => each.outcome)).toEqual(["published", "published"]);
    expect(await memory.read()).toEqual(publicationOf(71));
    expect(await disk.read()).toEqual(publicationOf(71));
  });

  test("gives each of many publications at once a sequence of its own", async () => {
    const stores = [createMemoryStore(), createDiskStore({ directory: folder.path })];
    const publisher = createPublisher({ stores, log });
    const results = await Promise.all(Array.from({ length: 5 }, () => publisher.publish(build)));
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
    const publishing = publisher.publish(build);
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
    });
    await expect(broken).rejects.toThrow("cannot assemble");
    expect((await publisher.publish(build)).sequence).toBe(1);
  });

  test("several publishers of one disk end with the highest sequence, which only grows for each of them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 9 }), async (turns) => {
        const place = await createTemporaryFolder();
        const publishers = [0, 1, 2].map(() =>
          createPublisher({ stores: [createDiskStore({ directory: place.path })], log }),
        );
        const results = await Promise.all(turns.map((turn) => publishers[turn]?.publish(build)));
        const sequences = results.map((result) => result?.sequence ?? 0);
        expect(new Set(sequences).size).toBe(turns.length);
        [0, 1, 2].forEach((publisher) => {
          const own = sequences.filter((_, index) => turns[index] === publisher);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
        });
        const disk = createDiskStore({ directory: place.path });
        expect(await disk.read()).toEqual(publicationOf(Math.max(...sequences)));
        await place.remove();
      }),
      { numRuns: 20 },
    );
  });
});

/** What another process would write, at a moment of the test's choosing. */
function restoreSync(directory: string, sequence: number): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `last-known-good.${sequence}.json`), encodePublication(publicationOf(sequence)));
}
