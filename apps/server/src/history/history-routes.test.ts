import { DAYS_KEY, HISTORY_ROUTES, historyErrorSchema, historyKey, RECORD_KEY } from "@pulseboard/snapshot";
import { createMemoryStore, type DocumentStore } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { longestDays, longestHistory } from "../../../../packages/snapshot/src/testing/longest-histories.ts";
import { SERVER_DURATIONS } from "../durations.ts";
import { samplePublication } from "../testing/sample-documents.ts";
import { startTestServer } from "../testing/test-server.ts";
import { createHistorySource } from "./history-source.ts";

const DAY_MS = 86_400_000;
const OURS = { origin: "bybit", simulated: false };
const LOOK_MS = 10_000;

const textOfDays = (sequence: number, changes: object = {}): string =>
  JSON.stringify({ ...longestDays(3), ...OURS, sequence, ...changes });
const textOfHistory = (symbol: string, sequence: number, changes: object = {}): string =>
  JSON.stringify({ ...longestHistory(), ...OURS, symbol, sequence, ...changes });

const publishDays = (store: DocumentStore, sequence: number, text = textOfDays(sequence)) =>
  store.publishSingle?.({ key: DAYS_KEY, sequence, text }, DAY_MS);
const publishHistory = (
  store: DocumentStore,
  symbol: string,
  sequence: number,
  text = textOfHistory(symbol, sequence),
) => store.publishSingle?.({ key: historyKey(symbol), sequence, text }, DAY_MS);

it("serves the days from the first request on, with a tag, in every coding", async () => {
  const { get } = await startTestServer({}, (store) => publishDays(store, 7) ?? Promise.resolve());
  await expect.poll(async () => (await get("/api/days")).headers.get("etag")).not.toBeNull();
  for (const coding of ["identity", "gzip", "br"]) {
    const response = await get("/api/days", { headers: { "accept-encoding": coding } });
    expect(response.headers.get("content-encoding") ?? "identity").toBe(coding);
    expect(response.headers.get("cache-control")).toBe("no-cache");
    expect(await response.json()).toEqual({ status: "success", ...JSON.parse(textOfDays(7)) });
    const etag = response.headers.get("etag") ?? "";
    const again = await get("/api/days", { headers: { "accept-encoding": coding, "if-none-match": etag } });
    expect(again.status).toBe(304);
  }
  expect((await get("/api/days", { headers: { "accept-encoding": "identity;q=0, *;q=0" } })).status).toBe(406);
  expect((await get("/api/days", { method: "POST" })).status).toBe(405);
  expect((await get("/api/days/")).status).toBe(404);
});

it("answers at once that a history is still read, and has it at the next request", async () => {
  const { get, store } = await startTestServer({}, (first) => first.publish(samplePublication()));
  await publishHistory(store, "S1USDT", 3);
  const first = await get("/api/history/S1USDT");
  expect(first.status).toBe(200);
  expect(first.headers.get("retry-after")).toBe("2");
  const body = await first.json();
  expect(body).toMatchObject({ status: "error", error: "history_warming" });
  expect(historyErrorSchema.safeParse(body).error?.issues ?? []).toEqual([]);
  await expect
    .poll(async () => (await get("/api/history/S1USDT")).json())
    .toEqual({ status: "success", ...JSON.parse(textOfHistory("S1USDT", 3)) });
  expect((await get("/api/history/%531USDT")).headers.get("etag")).not.toBeNull();
});

it("has 404 for a symbol that is not scored, and asks no store for it", async () => {
  const asked: string[] = [];
  const memory = createMemoryStore();
  await memory.publish(samplePublication());
  const store: DocumentStore = {
    ...memory,
    readSingle: async (key) => {
      asked.push(key);
      return (await memory.readSingle?.(key)) ?? null;
    },
  };
  const { get } = await startTestServer({ stores: [store] });
  for (const symbol of ["NOUSDT", "s1usdt", "", "../../etc/passwd", "S1USDT/", "__proto__"]) {
    const response = await get(`/api/history/${symbol}`);
    expect(response.status, symbol).toBe(404);
    expect(await response.json(), symbol).toMatchObject({ status: "error" });
  }
  expect(new Set(asked)).toEqual(new Set([DAYS_KEY, RECORD_KEY]));
});

it("says that there is no snapshot while nobody knows which symbols are scored", async () => {
  const { get } = await startTestServer();
  const response = await get("/api/history/S1USDT");
  expect(response.status).toBe(200);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await response.json()).toMatchObject({ error: "no_snapshot" });
});

it("looks for a document that is not there yet before the phone asks again", async () => {
  const { get, store, clock } = await startTestServer();
  const answer = await get("/api/days");
  expect(await answer.json()).toMatchObject({ error: "history_warming" });
  await publishDays(store, 7);
  await clock.advance(1000 * Number(answer.headers.get("retry-after")));
  await get("/api/days");
  await expect.poll(async () => (await get("/api/days")).headers.get("etag")).not.toBeNull();
});

it("takes newer documents, and looks for them no more often than it should", async () => {
  let reads = 0;
  const memory = createMemoryStore();
  await publishDays(memory, 7);
  const store: DocumentStore = {
    ...memory,
    readSingle: async (key) => {
      reads += 1;
      return (await memory.readSingle?.(key)) ?? null;
    },
  };
  const { get, clock } = await startTestServer({ stores: [store] });
  const sequence = async () => Object(await (await get("/api/days")).json()).sequence;
  await expect.poll(sequence).toBe(7);
  await publishDays(memory, 8);
  const before = reads;
  for (let request = 0; request < 20; request++) {
    expect(await sequence()).toBe(7);
  }
  expect(reads).toBe(before);
  await clock.advance(LOOK_MS);
  await expect.poll(sequence).toBe(8);
  expect(reads).toBe(before + 1);
});

it.each([
  ["of another market", textOfDays(8, { origin: "simulator", simulated: true }), /from simulator/],
  ["damaged", textOfDays(8).slice(0, 500), /not JSON/],
  ["of another shape", textOfDays(8, { step_s: 60 }), /step_s/],
])("refuses days that are %s, says so once, and goes on with the last good ones", async (_, text, problem) => {
  const { get, store, clock, lines } = await startTestServer({}, (first) => publishDays(first, 7) ?? Promise.resolve());
  const sequence = async () => Object(await (await get("/api/days")).json()).sequence;
  await expect.poll(sequence).toBe(7);
  await publishDays(store, 8, text);
  for (let look = 0; look < 3; look++) {
    await clock.advance(LOOK_MS);
    expect(await sequence()).toBe(7);
    await expect.poll(() => lines.filter(({ msg }) => msg.startsWith("History refused")).length).toBe(1);
  }
  expect(lines.find(({ msg }) => msg.startsWith("History refused"))).toMatchObject({
    sequence: 8,
    problem: expect.stringMatching(problem),
  });
});

it("takes a good document after a refused one, whatever number that one carried", async () => {
  let text = textOfDays(90_000_000_000, { step_s: 60 });
  let sequence = 90_000_000_000;
  const store: DocumentStore = {
    ...createMemoryStore(),
    readSingle: async (key) => (key === DAYS_KEY ? { key, sequence, text } : null),
  };
  const { get, clock, lines } = await startTestServer({ stores: [store] });
  await get("/api/days");
  await expect.poll(() => lines.some(({ msg }) => msg.startsWith("History refused"))).toBe(true);
  [text, sequence] = [textOfDays(8), 8];
  await clock.advance(LOOK_MS);
  await expect.poll(async () => Object(await (await get("/api/days")).json()).sequence).toBe(8);
});

it("refuses a history of another symbol", async () => {
  const { get, store, lines } = await startTestServer({}, (first) => first.publish(samplePublication()));
  await publishHistory(store, "S1USDT", 3, textOfHistory("S2USDT", 3));
  await get("/api/history/S1USDT");
  await expect.poll(() => lines.some(({ problem }) => problem === "the history is of S2USDT")).toBe(true);
  expect(await (await get("/api/history/S1USDT")).json()).toMatchObject({ error: "history_warming" });
});

it("goes on from memory when the store fails", async () => {
  const memory = createMemoryStore();
  await publishDays(memory, 7);
  let isAway = false;
  const store: DocumentStore = {
    ...memory,
    readSingle: async (key) => {
      if (isAway) {
        throw new Error("away");
      }
      return (await memory.readSingle?.(key)) ?? null;
    },
  };
  const { get, clock } = await startTestServer({ stores: [store] });
  await expect.poll(async () => (await get("/api/days")).headers.get("etag")).not.toBeNull();
  isAway = true;
  for (let look = 0; look < 2; look++) {
    await clock.advance(LOOK_MS);
    expect((await get("/api/days")).headers.get("etag")).not.toBeNull();
  }
});

it("keeps the 64 histories that were asked for last, and reads at most four at once", async () => {
  const memory = createMemoryStore();
  const symbols = Array.from({ length: 65 }, (_, index) => `S${index}USDT`);
  for (const symbol of symbols) {
    await publishHistory(memory, symbol, 3);
  }
  let [reading, most] = [0, 0];
  const store: DocumentStore = {
    ...memory,
    readSingle: async (key) => {
      reading += 1;
      most = Math.max(most, reading);
      const found = (await memory.readSingle?.(key)) ?? null;
      reading -= 1;
      return found;
    },
  };
  const source = createHistorySource({
    ...{ stores: [store], origin: "bybit", durations: SERVER_DURATIONS, clock: createFakeClock() },
    ...createRecordedLog(),
  });
  const route = HISTORY_ROUTES.find(({ name }) => name === "symbolHistory");
  const bodyOf = (symbol: string) => (route === undefined ? null : source.bodyOf(route, symbol));
  for (const symbol of symbols) {
    bodyOf(symbol);
  }
  expect(most).toBeLessThanOrEqual(4);
  for (const symbol of symbols) {
    await expect.poll(() => bodyOf(symbol), { timeout: 5000 }).not.toBeNull();
  }
  expect(bodyOf("S64USDT")).not.toBeNull();
  expect(bodyOf("S1USDT")).not.toBeNull();
  expect(bodyOf("S0USDT")).toBeNull();
});

it("keeps the documents of all symbols however many histories are asked for", async () => {
  const memory = createMemoryStore();
  await publishDays(memory, 3);
  const source = createHistorySource({
    ...{ stores: [memory], origin: "bybit", durations: SERVER_DURATIONS, clock: createFakeClock() },
    ...createRecordedLog(),
  });
  const bodyOf = (name: string, symbol: string) => {
    const route = HISTORY_ROUTES.find((each) => each.name === name);
    return route === undefined ? null : source.bodyOf(route, symbol);
  };
  await expect.poll(() => bodyOf("days", "")).not.toBeNull();
  for (let index = 0; index < 600; index++) {
    bodyOf("symbolHistory", `S${index}USDT`);
  }
  expect(bodyOf("days", "")).not.toBeNull();
});

it("has a path, a key and an example of its schema for each route", () => {
  for (const { path, schema, example, read } of HISTORY_ROUTES) {
    expect(schema.safeParse({ status: "success", ...example() }).error?.issues ?? [], path).toEqual([]);
    expect(read(JSON.stringify(example()), "BTCUSDT"), path).toMatchObject({ ok: true });
  }
});
