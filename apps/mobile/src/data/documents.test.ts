import { confluenceAnalysis, errorBody, exampleDocuments } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { createDeviceStore } from "./device-store.ts";
import { createDocuments } from "./documents.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createFakeWorld } from "./testing/fake-world.ts";
import { createMemoryStorage } from "./testing/memory-storage.ts";
import { sampleDays } from "./testing/sample-days.ts";
import { sampleHistory } from "./testing/sample-history.ts";

const { snapshot, analyses, alerts } = exampleDocuments();
const [first] = analyses.values();
if (first === undefined) {
  throw new Error("the example has no analysis");
}
const body = confluenceAnalysis(snapshot, first, "fresh");
const { symbol } = body;

function setUp() {
  const world = createFakeWorld();
  const clock = createFakeClock(0);
  const store = createDeviceStore(createMemoryStorage());
  let market: string | null = "simulator";
  const documents = createDocuments({ ...world, clock, store, market: () => market });
  return { world, clock, store, documents, setMarket: (next: string | null) => (market = next) };
}

describe("createDocuments", () => {
  it("loads an analysis, and falls back to the copy on the device when the server is unreachable", async () => {
    const { world, documents } = setUp();
    world.answer = { body };
    expect(await documents.analysis(symbol)).toEqual({ ok: true, value: body, fromDevice: false });
    world.answer = "unreachable";
    expect(await documents.analysis(symbol)).toEqual({ ok: true, value: body, fromDevice: true });
    expect(await documents.analysis("OTHERUSDT")).toEqual({ ok: false, reason: "The server cannot be reached." });
  });

  it("never shows a copy of another market", async () => {
    const { world, documents, setMarket } = setUp();
    world.answer = { body };
    await documents.analysis(symbol);
    world.answer = "unreachable";
    setMarket("bybit");
    expect(await documents.analysis(symbol)).toMatchObject({ ok: false });
  });

  it("sends one request at a time for each document", async () => {
    const { world, documents } = setUp();
    world.answer = { body };
    const both = [documents.analysis(symbol), documents.analysis(symbol)];
    expect(both[0]).toBe(both[1]);
    await Promise.all([...both, documents.analysis("OTHERUSDT")]);
    await documents.analysis(symbol);
    expect(world.requests).toHaveLength(3);
  });

  it("says that a symbol is not scored, and deletes its copy", async () => {
    const { world, store, documents } = setUp();
    world.answer = { body };
    await documents.analysis(symbol);
    world.answer = { status: 404 };
    expect(await documents.analysis(symbol)).toEqual({ ok: false, reason: "This symbol is not scored." });
    expect(store.readBody(`analysis:${symbol}`)).toBeNull();
  });

  it.each(["", "a b", "x.y", "<img src=x onerror=alert(1)>", "x".repeat(33)])(
    "does not ask for an impossible symbol: %j",
    async (text) => {
      const { world, documents } = setUp();
      world.answer = { body };
      expect(await documents.analysis(text)).toMatchObject({ ok: false, reason: "This symbol is not scored." });
      expect(world.requests).toEqual([]);
    },
  );

  it("encodes a symbol that needs it", async () => {
    const { world, documents } = setUp();
    world.answer = { status: 404 };
    await documents.analysis("\u5e01\u5b89USDT");
    expect(world.requests).toEqual(["/api/dashboard/confluence-analysis/%E5%B8%81%E5%AE%89USDT"]);
  });

  it("passes on the server's message while the server has no data", async () => {
    const { world, documents } = setUp();
    world.answer = { body: errorBody(0, "no_snapshot", "Nothing was computed yet.") };
    expect(await documents.analysis(symbol)).toEqual({ ok: false, reason: "Nothing was computed yet." });
  });

  it("loads a history, and says what is the matter while there is none", async () => {
    const { world, store, documents } = setUp();
    const history = sampleHistory();
    world.answer = { body: history };
    expect(await documents.history("BTCUSDT")).toEqual({ ok: true, value: history, fromDevice: false });
    expect(world.requests).toEqual(["/api/history/BTCUSDT"]);
    world.answer = { body: errorBody(0, "history_warming", "Try again in a few seconds.") };
    expect(await documents.history("BTCUSDT")).toEqual({
      ok: false,
      reason: "The history is still being read.",
    });
    world.answer = "unreachable";
    expect(await documents.history("BTCUSDT")).toMatchObject({ ok: true, fromDevice: true });
    world.answer = { status: 404 };
    expect(await documents.history("BTCUSDT")).toEqual({
      ok: false,
      reason: "The server is older than this page, and does not have it.",
    });
    expect(store.readBody("history:BTCUSDT")).toBeNull();
  });

  it("does not take a login page for alerts", async () => {
    const { world, documents } = setUp();
    world.answer = { body: alerts?.alerts };
    expect(await documents.alerts()).toMatchObject({ ok: true, fromDevice: false });
    world.answer = { body: "<!doctype html>" };
    expect(await documents.alerts()).toMatchObject({ ok: true, fromDevice: true, value: alerts?.alerts });
  });

  it("keeps the prices of the days only, for all symbols beside eight explanations", async () => {
    const { world, store, documents } = setUp();
    const days = sampleDays();
    world.answer = { body: days };
    const loaded = await documents.days();
    expect(world.requests).toEqual(["/api/days"]);
    const { price_day } = days.symbols.BTCUSDT ?? expect.fail("the example has no Bitcoin");
    expect(loaded).toMatchObject({ ok: true, value: { as_of: days.as_of, origin: days.origin } });
    expect(loaded.ok && loaded.value.symbols.BTCUSDT).toEqual({ price_day });
    world.answer = { body };
    for (let other = 0; other < 9; other += 1) {
      await documents.analysis(`S${other}USDT`);
    }
    expect(store.readBody("analysis:S0USDT")).toBeNull();
    world.answer = "unreachable";
    expect(await documents.days()).toEqual({ ...loaded, fromDevice: true });
  });

  it("keeps a day of fifty symbols in 25 KB", async () => {
    const { world, store, documents } = setUp();
    const price_day = Array.from({ length: 48 }, (_, at) => Number((0.12345 + at / 1e5).toFixed(5)));
    const day = { price_day, score_day: price_day.map(() => 55.55) };
    const symbols = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`SYMBOL${at}USDT`, day]));
    world.answer = { body: { ...sampleDays(), symbols } };
    await documents.days();
    expect(JSON.stringify(store.readBody("days")).length).toBeLessThan(25_000);
  });

  it.each([
    ["an older server", { status: 404 }, "The server is older than this page, and does not have it."],
    [
      "while they are read",
      { body: errorBody(0, "history_warming", "The history is still being read.") },
      "The history is still being read.",
    ],
    ["another version", { body: { ...sampleDays(), schema_version: 9 } }, "Something other than Pulseboard answered"],
  ])("says why there are no days: %s", async (_when, answer, reason) => {
    const { world, documents } = setUp();
    world.answer = answer;
    expect(await documents.days()).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});
