import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DocumentStore, Publication, SingleDocument } from "../document-store.ts";
import { MAX_OUTSIDE_SEQUENCE } from "../publication.ts";
import { StoreError } from "../store-error.ts";

/** One empty place where documents can be kept, and how to reach it. */
export interface StoreUnderTest {
  /** A store of this place; several at once are several processes' views of it. */
  open(): DocumentStore;
  /** Removes the documents of the test. */
  dispose(): Promise<void>;
}

/** A place that outlives the process, and that somebody else can empty. */
export interface FlushableStoreUnderTest extends StoreUnderTest {
  /** Empties the place behind the stores' backs, as `FLUSHALL` or `rm` would. */
  flush(): Promise<void>;
}

/** A publication in which every document says to which sequence it belongs. */
export function publicationOf(sequence: number, keys: readonly string[] = ["mobile:snapshot", "mobile:symbols"]) {
  const documents = new Map(keys.map((key) => [key, JSON.stringify({ key, sequence, text: 'ü "\n\u2028' })]));
  return { sequence, documents } satisfies Publication;
}

/** The behaviour of every document store, caches included. `create` gives a new, empty place for each test. */
export function describeDocumentStore(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the promises of a document store`, () => {
    let place: StoreUnderTest;
    let store: DocumentStore;

    beforeEach(async () => {
      place = await create();
      store = place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.dispose();
    });

    test("is empty at first: sequence 0, and null to read", async () => {
      expect(await store.sequence()).toBe(0);
      expect(await store.read()).toBeNull();
    });

    test("returns the published documents unchanged", async () => {
      const publication = publicationOf(7, ["mobile:snapshot", "mobile:symbols", "mobile:analysis:1000PEPEUSDT"]);
      expect(await store.publish(publication)).toEqual({ published: true });
      expect(await store.sequence()).toBe(7);
      expect(await store.read()).toEqual(publication);
    });

    test("replaces the whole set: a document that the new publication lacks is gone", async () => {
      await store.publish(publicationOf(1, ["mobile:snapshot", "mobile:analysis:GONEUSDT"]));
      await store.publish(publicationOf(2, ["mobile:snapshot"]));
      expect([...((await store.read())?.documents.keys() ?? [])]).toEqual(["mobile:snapshot"]);
    });

    test("takes a sequence that skips some, up to the highest that counts", async () => {
      await store.publish(publicationOf(5));
      expect(await store.publish(publicationOf(MAX_OUTSIDE_SEQUENCE))).toEqual({ published: true });
      expect(await store.read()).toEqual(publicationOf(MAX_OUTSIDE_SEQUENCE));
    });

    test.each([0, -1, 1.5, Number.NaN, 1.02e11, 2 ** 53])("refuses %d, which is not a sequence", async (sequence) => {
      const failure = await store.publish(publicationOf(sequence)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ code: "bad_publication", retryable: false });
      expect(String(failure)).toContain(String(sequence));
      expect(await store.read()).toBeNull();
    });

    test("refuses a publication without documents", async () => {
      await expect(store.publish({ sequence: 1, documents: new Map() })).rejects.toMatchObject({
        code: "bad_publication",
      });
      expect(await store.sequence()).toBe(0);
    });

    test("shares no mutable object with its callers", async () => {
      const given = publicationOf(1);
      await store.publish(given);
      given.documents.set("mobile:snapshot", "changed by the publisher");
      const first = await store.read();
      if (first?.documents instanceof Map) {
        first.documents.clear();
      }
      expect(await store.read()).toEqual(publicationOf(1));
    });

    test("shows the publication of another process", async () => {
      const other = place.open();
      await other.publish(publicationOf(3));
      expect(await store.sequence()).toBe(3);
      expect(await store.read()).toEqual(publicationOf(3));
      await other.close();
    });

    test("fails with store_closed after it was closed", async () => {
      await store.publish(publicationOf(1));
      await store.close();
      for (const use of [() => store.sequence(), () => store.read(), () => store.publish(publicationOf(2))]) {
        await expect(use()).rejects.toMatchObject({ name: "StoreError", code: "store_closed", retryable: false });
      }
      await expect(store.close()).resolves.toBeUndefined();
    });

    test("keeps the worker's word about itself beside the publication, if it keeps it at all", async () => {
      if (store.writeStatus === undefined || store.readStatus === undefined) {
        expect(store.isCache).toBe(true);
        return;
      }
      expect(await store.readStatus()).toBeNull();
      await store.writeStatus('{"pid":1}', 60_000);
      await store.publish(publicationOf(1));
      await store.writeStatus('{"pid":2}', 60_000);
      expect(await store.readStatus()).toBe('{"pid":2}');
      expect(await store.read()).toEqual(publicationOf(1));
    });

    test("refuses a document under a key that stores keep for themselves", async () => {
      await expect(store.publish(publicationOf(1, ["pulseboard:sequence"]))).rejects.toMatchObject({
        code: "bad_publication",
      });
      expect(await store.read()).toBeNull();
    });

    test("never shows a mixture to a reader while publishers race in any order", async () => {
      await fc.assert(
        fc.asyncProperty(races, async ({ sequences, publishers }) => {
          const raced = await create();
          const stores = Array.from({ length: publishers }, () => raced.open());
          const reader = raced.open();
          let racing = true;
          const reading = (async () => {
            while (racing) {
              const publication = await reader.read();
              if (publication !== null) {
                expect(publication).toEqual(publicationOf(publication.sequence));
              }
              await new Promise((resolve) => setImmediate(resolve));
            }
          })();
          await Promise.all(
            sequences.map((sequence, index) => stores[index % publishers]?.publish(publicationOf(sequence))),
          );
          racing = false;
          await reading;
          await Promise.all([...stores, reader].map((each) => each.close()));
          await raced.dispose();
        }),
        { numRuns: propertyRuns({ quick: 10, thorough: 100 }) },
      );
    });
  });
}

/** The behaviour of every store that is not a cache: it compares sequences, so that the highest one wins. */
export function describeComparingStore(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`${name} compares and sets`, () => {
    test.each([4, 5])("refuses sequence %i when it has 5, says so, and keeps what it has", async (sequence) => {
      const place = await create();
      const store = place.open();
      await store.publish(publicationOf(5));
      const late = publicationOf(sequence, ["mobile:snapshot", "late"]);
      expect(await store.publish(late)).toEqual({ published: false, currentSequence: 5 });
      expect(await store.read()).toEqual(publicationOf(5));
      await store.close();
      await place.dispose();
    });

    test("ends with the highest sequence after a race in any order, and takes each sequence once", async () => {
      await fc.assert(
        fc.asyncProperty(races, async ({ sequences, publishers }) => {
          const raced = await create();
          const stores = Array.from({ length: publishers }, () => raced.open());
          const reader = raced.open();
          let racing = true;
          const seen: number[] = [];
          const reading = (async () => {
            while (racing) {
              seen.push((await reader.read())?.sequence ?? 0);
              await new Promise((resolve) => setImmediate(resolve));
            }
          })();
          const outcomes = await Promise.all(
            sequences.map((sequence, index) => stores[index % publishers]?.publish(publicationOf(sequence))),
          );
          racing = false;
          await reading;

          const highest = Math.max(...sequences);
          expect(await reader.read()).toEqual(publicationOf(highest));
          // A reader never goes back, and each sequence was taken at most once.
          expect(seen).toEqual(seen.toSorted((a, b) => a - b));
          sequences.forEach((sequence, index) => {
            const outcome = outcomes[index];
            if (outcome?.published === false) {
              expect(outcome.currentSequence).toBeGreaterThanOrEqual(sequence);
            }
          });
          const taken = sequences.filter((_, index) => outcomes[index]?.published === true);
          expect(new Set(taken).size).toBe(taken.length);
          expect(taken).toContain(highest);
          await Promise.all([...stores, reader].map((each) => each.close()));
          await raced.dispose();
        }),
        { numRuns: propertyRuns({ quick: 10, thorough: 100 }) },
      );
    });
  });
}

/**
 * The behaviour of every store that lasts: from the first publication on there is always something to read. A cache may
 * have nothing at any moment: while it is written, or when something was evicted.
 */
export function describeLastingStore(name: string, create: () => Promise<StoreUnderTest>): void {
  test(`${name} always has a whole publication to read while it is replaced again and again`, async () => {
    const place = await create();
    const writer = place.open();
    await writer.publish(publicationOf(1));
    let writing = true;
    const readers = Array.from({ length: 3 }, async () => {
      const reader = place.open();
      for (let last = 1; writing; ) {
        const publication = await reader.read();
        const sequence = publication?.sequence ?? 0;
        expect(sequence).toBeGreaterThanOrEqual(last);
        expect(publication).toEqual(publicationOf(sequence));
        last = sequence;
        await new Promise((resolve) => setImmediate(resolve));
      }
      return reader.close();
    });
    for (let sequence = 2; sequence <= 60; sequence++) {
      await writer.publish(publicationOf(sequence));
    }
    writing = false;
    await Promise.all(readers);
    await writer.close();
    await place.dispose();
  });
}

/** A document with a publication of its own. */
function singleOf(sequence: number, key = "mobile:days"): SingleDocument {
  return { key, sequence, text: JSON.stringify({ schema_version: 1, sequence, key, text: 'ü "\n\u2028' }) };
}

const DAY_MS = 86_400_000;

/** The behaviour of every store that keeps documents with publications of their own. `elapse`, where the place has a clock of its own. */
export function describeSingles(
  name: string,
  create: () => Promise<StoreUnderTest & { readonly elapse?: (ms: number) => Promise<void> }>,
): void {
  describe(`${name} keeps single documents`, () => {
    let place: Awaited<ReturnType<typeof create>>;
    let store: DocumentStore;
    const publish = async (document: SingleDocument, lifetimeMs = DAY_MS) =>
      store.publishSingle?.(document, lifetimeMs);
    const read = async (key = "mobile:days") => store.readSingle?.(key);

    beforeEach(async () => {
      place = await create();
      store = place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.dispose();
    });

    test("has none at first, and then returns each unchanged under its own key", async () => {
      expect(await read()).toBeNull();
      const documents = [singleOf(7), singleOf(3, "mobile:history:1000PEPEUSDT")];
      for (const document of documents) {
        expect(await publish(document)).toEqual({ published: true });
      }
      expect(await Promise.all(documents.map(({ key }) => read(key)))).toEqual(documents);
    });

    test("keeps them and the publications of refreshes apart, whichever sequence is higher", async () => {
      await store.publish(publicationOf(100));
      await publish(singleOf(7));
      await store.publish(publicationOf(101, ["mobile:snapshot"]));
      expect(await read()).toEqual(singleOf(7));
      expect(await store.sequence()).toBe(101);
      expect(await store.read()).toEqual(publicationOf(101, ["mobile:snapshot"]));
      await publish(singleOf(500));
      expect(await store.sequence()).toBe(101);
    });

    test.each([0, 1.5, Number.NaN, 1.02e11])("refuses the sequence %d", async (sequence) => {
      await expect(publish(singleOf(sequence))).rejects.toMatchObject({ code: "bad_publication" });
      expect(await read()).toBeNull();
    });

    test("refuses a document that carries another sequence, and a key of the store's own", async () => {
      const code = "bad_publication";
      await expect(publish({ ...singleOf(7), sequence: 8 })).rejects.toMatchObject({ code });
      await expect(publish(singleOf(7, "pulseboard:sequence"))).rejects.toMatchObject({ code });
    });

    test("forgets it after its lifetime", async () => {
      await publish(singleOf(7), 1000);
      expect(await read()).toEqual(singleOf(7));
      await place.elapse?.(1000);
      await expect.poll(() => read(), { timeout: 4000 }).toBeNull();
    });
  });
}

/** The behaviour of a store that compares the sequences of single documents. */
export function describeComparedSingles(name: string, create: () => Promise<StoreUnderTest>): void {
  test(`${name} replaces a single document by a newer one only`, async () => {
    const place = await create();
    const store = place.open();
    await store.publishSingle?.(singleOf(7), DAY_MS);
    for (const sequence of [7, 6]) {
      const outcome = await store.publishSingle?.(singleOf(sequence), DAY_MS);
      expect(outcome).toEqual({ published: false, currentSequence: 7 });
    }
    expect(await store.publishSingle?.(singleOf(8), DAY_MS)).toEqual({ published: true });
    expect(await store.readSingle?.("mobile:days")).toEqual(singleOf(8));
    await store.close();
    await place.dispose();
  });
}

/** The behaviour of a store whose place other programs can empty. */
export function describeFlushableStore(name: string, create: () => Promise<FlushableStoreUnderTest>): void {
  test(`${name} starts again after it was flushed: any sequence is taken again`, async () => {
    const place = await create();
    const store = place.open();
    await store.publish(publicationOf(90));
    await place.flush();
    expect(await store.sequence()).toBe(0);
    expect(await store.read()).toBeNull();
    expect(await store.publish(publicationOf(2))).toEqual({ published: true });
    expect(await store.read()).toEqual(publicationOf(2));
    await store.close();
    await place.dispose();
  });
}

/** Sequences (some of them twice) in the order in which they are published, by so many stores at once. */
const races = fc.record({
  sequences: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 2, maxLength: 12 }),
  publishers: fc.integer({ min: 1, max: 4 }),
});
