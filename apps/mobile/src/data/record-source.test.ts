import { HISTORY_ROUTES } from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { createDeviceStore } from "./device-store.ts";
import { createRecordSource } from "./record-source.ts";
import { createFakeClock } from "./testing/fake-clock.ts";
import { createFakeWorld } from "./testing/fake-world.ts";
import { createMemoryStorage } from "./testing/memory-storage.ts";

const HALF_AN_HOUR_MS = 1_800_000;

const body = { status: "success", ...HISTORY_ROUTES.find(({ name }) => name === "record")?.example() };
const warming = { status: "error", error: "history_warming", message: "The history is still being read." };

function setUp() {
  const world = createFakeWorld();
  const clock = createFakeClock(0);
  const store = createDeviceStore(createMemoryStorage());
  let market: string | null = "simulator";
  const options = { ...world, clock, store, market: () => market };
  const again = () => createRecordSource({ ...options, fetch: world.fetch });
  return { world, clock, again, load: again(), setMarket: (next: string | null) => (market = next) };
}

describe("createRecordSource", () => {
  it("asks once in half an hour, and one request at a time", async () => {
    const { world, clock, load } = setUp();
    world.answer = { body };
    const [first, second] = await Promise.all([load(), load()]);
    expect(first).toEqual({ ok: true, value: body, fromDevice: false });
    expect(second).toBe(first);
    await clock.advance(HALF_AN_HOUR_MS - 1);
    expect(await load()).toBe(first);
    expect(world.requests).toEqual(["/api/record"]);
    await clock.advance(1);
    await load();
    expect(world.requests).toHaveLength(2);
  });

  it("asks again at once while there is none, and when the server was away", async () => {
    const { world, load } = setUp();
    world.answer = { body: warming };
    expect(await load()).toMatchObject({ ok: false, reason: expect.stringMatching(/no record yet/) });
    world.answer = "unreachable";
    expect(await load()).toEqual({
      ok: false,
      reason: "The record could not be loaded. The server cannot be reached.",
    });
    world.answer = { body };
    expect(await load()).toMatchObject({ ok: true, fromDevice: false });
  });

  it("shows the copy on the device, never of another market, and tries again", async () => {
    const { world, again, load, setMarket } = setUp();
    world.answer = { body };
    await load();
    world.answer = "unreachable";
    const later = again();
    expect(await later()).toEqual({ ok: true, value: body, fromDevice: true });
    setMarket("bybit");
    expect(await later()).toMatchObject({ ok: false });
    expect(world.requests).toHaveLength(3);
  });

  it("asks anew when the page shows another market", async () => {
    const { world, load, setMarket } = setUp();
    world.answer = { body };
    await load();
    setMarket("bybit");
    await load();
    expect(world.requests).toHaveLength(2);
  });

  it("does not ask an older server again and again, and forgets its copy", async () => {
    const { world, clock, again, load } = setUp();
    world.answer = { body };
    await load();
    world.answer = { status: 404 };
    const later = again();
    const answer = await later();
    expect(answer).toMatchObject({ ok: false, reason: expect.stringMatching(/older than this page/) });
    expect(await later()).toBe(answer);
    expect(world.requests).toHaveLength(2);
    world.answer = "unreachable";
    await clock.advance(HALF_AN_HOUR_MS);
    expect(await later()).toMatchObject({ ok: false });
  });

  it.each([
    ["nothing", null],
    ["another body", { ...body, status: "error" }],
    ["a later schema", { ...body, schema_version: 99 }],
    ["no horizons", { ...body, horizons: {} }],
    ["a figure named in advance that it does not have", { ...body, named: { horizon: "1h", line: "score_99" } }],
  ])("takes no record from %s", async (_name, other) => {
    const { world, load } = setUp();
    world.answer = { body: other };
    expect(await load()).toMatchObject({ ok: false });
  });
});
