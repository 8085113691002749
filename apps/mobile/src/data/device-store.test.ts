import { describe, expect, it } from "vitest";
import { createDeviceStore, type KeyValue, openStorage } from "./device-store.ts";
import { createMemoryStorage } from "./testing/memory-storage.ts";
import { sampleSnapshot } from "./testing/sample-snapshot.ts";

const stored = { snapshot: sampleSnapshot(), etag: '"a"', age: { ageMs: 5000, wallMs: 1000 } };

describe("createDeviceStore", () => {
  it("returns the stored values, also to the next page", () => {
    const storage = createMemoryStorage();
    const store = createDeviceStore(storage);
    store.snapshot.write(stored);
    store.baseline.write(stored.snapshot);
    store.favourites.write(["BTCUSDT"]);
    store.lastSeenMs.write(42);
    const next = createDeviceStore(storage);
    expect(next.snapshot.read()).toEqual(stored);
    expect(next.baseline.read()).toEqual(stored.snapshot);
    expect(next.favourites.read()).toEqual(["BTCUSDT"]);
    expect(next.lastSeenMs.read()).toBe(42);
    expect([...storage.values.keys()].every((key) => key.startsWith("pulseboard:v1:"))).toBe(true);
  });

  it.each([
    ["half a text", '{"snapshot":{'],
    ["nothing at all", ""],
    ["null", "null"],
    ["another shape", '{"snapshot":{"status":"success"}}'],
    ["another version", JSON.stringify({ ...stored, snapshot: { ...stored.snapshot, schema_version: 2 } })],
    ["an invalid age", JSON.stringify({ ...stored, age: { ageMs: null, wallMs: 3 } })],
  ])("reads null when there is %s", (_name, text) => {
    const storage = createMemoryStorage();
    storage.setItem("pulseboard:v1:snapshot", text);
    expect(createDeviceStore(storage).snapshot.read()).toBeNull();
  });

  it("works without storage, and with storage that refuses every call", () => {
    const refusing: KeyValue = {
      getItem: () => {
        throw new DOMException("no", "SecurityError");
      },
      setItem: () => {
        throw new DOMException("no", "SecurityError");
      },
      removeItem: () => {
        throw new DOMException("no", "SecurityError");
      },
    };
    for (const storage of [null, refusing]) {
      const store = createDeviceStore(storage);
      store.snapshot.write(stored);
      store.writeBody("alerts", { origin: "bybit", body: [] });
      expect(store.snapshot.read()).toBeNull();
      expect(store.readBody("alerts")).toBeNull();
    }
  });

  it("detects that the browser offers no storage", () => {
    const page = {
      get localStorage(): Storage {
        throw new DOMException("denied", "SecurityError");
      },
    };
    expect(openStorage(page)).toBeNull();
  });

  it("keeps the eight newest bodies of symbols beside the others, and counts one that is stored twice once", () => {
    const storage = createMemoryStorage();
    const store = createDeviceStore(storage);
    const names = Array.from({ length: 9 }, (_, index) => `analysis:${index}`);
    for (const name of names) {
      store.writeBody(name, { origin: "bybit", body: name });
      store.writeBody("alerts", { origin: "bybit", body: [] });
      store.writeBody(name, { origin: "bybit", body: name });
    }
    const there = names.filter((name) => store.readBody(name) !== null);
    expect(there).toEqual(names.slice(1));
    expect(store.readBody("alerts")).toEqual({ origin: "bybit", body: [] });
    expect([...storage.values.keys()].filter((key) => key.includes(":body:"))).toHaveLength(9);
    store.deleteBody("alerts");
    expect(store.readBody("alerts")).toBeNull();
  });

  it("deletes bodies to make room for the snapshot", () => {
    const storage = createMemoryStorage(JSON.stringify(stored).length + 2000);
    const store = createDeviceStore(storage);
    store.writeBody("analysis:A", { origin: "bybit", body: "x".repeat(5000) });
    expect(store.readBody("analysis:A")).not.toBeNull();
    store.snapshot.write(stored);
    expect(store.snapshot.read()).toEqual(stored);
    expect(store.readBody("analysis:A")).toBeNull();
  });

  it("stores no body that does not fit, and removes the older snapshot when a new one does not fit", () => {
    const storage = createMemoryStorage(JSON.stringify(stored).length + 100);
    const store = createDeviceStore(storage);
    store.snapshot.write(stored);
    store.writeBody("analysis:A", { origin: "bybit", body: "x".repeat(500) });
    expect(store.readBody("analysis:A")).toBeNull();
    expect(store.snapshot.read()).toEqual(stored);
    store.snapshot.write({ ...stored, etag: "x".repeat(500) });
    expect(store.snapshot.read()).toBeNull();
  });
});
