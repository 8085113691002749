import { METHOD_VERSION } from "@pulseboard/engine";
import { HISTORY_ROUTES, OUTLOOK_COLLECTING, RECORD_KEY } from "@pulseboard/snapshot";
import type { SingleDocument } from "@pulseboard/storage";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { createDailyRecord } from "./daily-record.ts";

const HOUR_MS = 3_600_000;
const MIDNIGHT_MS = Date.UTC(2026, 11, 1);
const EXAMPLE = HISTORY_ROUTES.find(({ name }) => name === "record")?.example() ?? {};
const AGREES = { shown: true, why: "record_agrees", t: 3.1, days: 60, minimum_days: 14 };

function textOf(asOfMs: number, sequence: number, changes: object = {}): string {
  const record = { ...EXAMPLE, method_version: METHOD_VERSION, sequence, as_of: asOfMs / 1000 };
  return JSON.stringify({
    ...record,
    outlook: { "1h": AGREES, "4h": { ...AGREES, shown: false, why: "no_difference" } },
    ...changes,
  });
}

function start(options: { readonly stored?: string; readonly compute?: () => Promise<string | null> } = {}) {
  const published: SingleDocument[] = [];
  const { log, lines } = createRecordedLog();
  let computed = 0;
  let asOfMs = 0;
  const record = createDailyRecord({
    origin: "simulator",
    compute: async () => {
      computed += 1;
      return options.compute === undefined ? textOf(asOfMs, computed) : options.compute();
    },
    readStored: async () =>
      options.stored === undefined
        ? null
        : { key: RECORD_KEY, sequence: JSON.parse(options.stored).sequence, text: options.stored },
    publishSingle: async (document) => {
      published.push(document);
      return true;
    },
    log,
  });
  return {
    ...{ record, published, lines },
    computed: () => computed,
    /** A refresh that was kept, and all that follows from it. */
    kept: async (ms: number): Promise<void> => {
      asOfMs = ms;
      record.kept(ms);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it("is computed at the first refresh, and then once a day when the returns of the day before are there", async () => {
  const { kept, computed, published } = start();
  await kept(MIDNIGHT_MS - HOUR_MS);
  expect(computed()).toBe(1);
  await kept(MIDNIGHT_MS + HOUR_MS);
  await kept(MIDNIGHT_MS + 4.4 * HOUR_MS);
  expect(computed()).toBe(1);
  await kept(MIDNIGHT_MS + 4.5 * HOUR_MS);
  expect(computed()).toBe(2);
  await kept(MIDNIGHT_MS + 28.4 * HOUR_MS);
  expect(computed()).toBe(2);
  await kept(MIDNIGHT_MS + 28.5 * HOUR_MS);
  expect(computed()).toBe(3);
  expect(published.map(({ key }) => key)).toEqual(published.map(() => RECORD_KEY));
  expect(published.at(-1)?.sequence).toBe(3);
});

it("says what the record says of showing the outlook, and collecting without one", async () => {
  const { record, kept } = start();
  expect(record.gates()).toEqual(OUTLOOK_COLLECTING);
  await kept(MIDNIGHT_MS);
  expect(record.gates()).toEqual({
    "1h": { shown: true, why: "record_agrees" },
    "4h": { shown: false, why: "no_difference" },
  });
});

it("takes the record of the process before it, as long as it is the last one that was due", async () => {
  const atMs = MIDNIGHT_MS + 12 * HOUR_MS;
  const current = start({ stored: textOf(MIDNIGHT_MS + 5 * HOUR_MS, 7) });
  await current.kept(atMs);
  expect(current.computed()).toBe(0);
  expect(current.record.gates()["1h"].shown).toBe(true);
  expect(current.published.map(({ sequence }) => sequence)).toEqual([7]);

  const missed = start({ stored: textOf(MIDNIGHT_MS + 4 * HOUR_MS, 7) });
  await missed.kept(atMs);
  expect(missed.computed()).toBe(1);
});

it.each([
  ["of another market", textOf(MIDNIGHT_MS + 5 * HOUR_MS, 7, { origin: "bybit", simulated: false })],
  ["of another method", textOf(MIDNIGHT_MS + 5 * HOUR_MS, 7, { method_version: METHOD_VERSION + 1 })],
  ["of a later time", textOf(MIDNIGHT_MS + 13 * HOUR_MS, 7)],
  ["damaged", textOf(MIDNIGHT_MS + 5 * HOUR_MS, 7, { horizons: {} })],
])("does not take a stored record that is %s", async (_, stored) => {
  const { kept, computed } = start({ stored });
  await kept(MIDNIGHT_MS + 12 * HOUR_MS);
  expect(computed()).toBe(1);
});

it("goes on with the one before when a computation fails, says so, and tries again after 10 min", async () => {
  let isBroken = false;
  const { record, kept, computed, lines, published } = start({
    compute: async () => {
      if (isBroken) {
        throw new Error("the disk cannot be read");
      }
      return textOf(MIDNIGHT_MS, 1);
    },
  });
  await kept(MIDNIGHT_MS);
  isBroken = true;
  const dueMs = MIDNIGHT_MS + 4.5 * HOUR_MS;
  await kept(dueMs);
  await kept(dueMs + 30_000);
  expect(computed()).toBe(2);
  expect(lines.filter(({ msg }) => msg.startsWith("The record is not computed"))).toHaveLength(1);
  expect(record.gates()["1h"].shown).toBe(true);
  isBroken = false;
  await kept(dueMs + 600_000);
  expect(computed()).toBe(3);
  expect(published.length).toBeGreaterThan(0);
});

it("publishes the same one again each half hour, for a store that was emptied", async () => {
  const { kept, published } = start();
  await kept(MIDNIGHT_MS);
  await kept(MIDNIGHT_MS + 0.4 * HOUR_MS);
  expect(published).toHaveLength(1);
  await kept(MIDNIGHT_MS + 0.5 * HOUR_MS);
  expect(published.map(({ sequence }) => sequence)).toEqual([1, 1]);
});
