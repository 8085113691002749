import { analysisKey } from "@pulseboard/snapshot";
import type { Publication } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it } from "vitest";
import { longestAnalysis } from "../../../packages/snapshot/src/testing/worst-case.ts";
import { hold, readPublication } from "./held-snapshot.ts";
import { createServing } from "./serving.ts";
import { createLogLines } from "./testing/log-lines.ts";
import { samplePublication, withDocument } from "./testing/sample-documents.ts";
import { startTestServer } from "./testing/test-server.ts";

const PREFIX = "/api/dashboard/confluence-analysis/";

const analysis = (symbol: string, sequence: number) => ({
  ...longestAnalysis(),
  symbol,
  sequence,
  origin: "bybit",
  simulated: false,
});

/** A publication with the analysis of S0USDT. */
function withAnalysis(sequence: number, text = JSON.stringify(analysis("S0USDT", sequence))): Publication {
  return withDocument(samplePublication({ sequence }), analysisKey("S0USDT"), text);
}

function read(publication: Publication) {
  const result = readPublication(publication, "bybit");
  if (!result.ok) {
    throw new Error(result.problem);
  }
  return [hold(result, createFakeClock()), result.analyses] as const;
}

it("serves the analysis of a scored symbol, and 404 for any other", async () => {
  const { get } = await startTestServer({}, (store) => store.publish(withAnalysis(1)));
  await expect
    .poll(async () => await (await get(`${PREFIX}S0USDT`)).json())
    .toMatchObject({ symbol: "S0USDT", sequence: 1 });
  const response = await get(`${PREFIX}S0USDT`);
  expect(response.headers.get("x-snapshot-sequence")).toBe("1");
  expect(
    (await get(`${PREFIX}S0USDT`, { headers: { "if-none-match": response.headers.get("etag") ?? "" } })).status,
  ).toBe(304);
  for (const symbol of ["NOUSDT", "s0usdt", "", "../../etc/passwd", "S0USDT/", "__proto__", "%53%30USDT"]) {
    const answer = await get(PREFIX + symbol);
    expect(answer.status, symbol).toBe(404);
  }
  expect(await (await get(`${PREFIX}NOUSDT`)).json()).toMatchObject({ status: "error", error: "symbol_not_scored" });
});

it("says of a symbol what it says of all while there is nothing", async () => {
  const { get, refreshes } = await startTestServer();
  const response = await get(`${PREFIX}BTCUSDT`);
  expect(response.status).toBe(200);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await response.json()).toMatchObject({ status: "error", error: "no_snapshot" });
  expect(refreshes).toEqual(["stale"]);
});

it.each([
  ["cut off", JSON.stringify(analysis("S0USDT", 2)).slice(0, 400), /^S0USDT: not JSON/],
  ["too long", JSON.stringify(analysis("S0USDT", 2)).padEnd(70_000), /^S0USDT: 70000 bytes/],
  ["of another symbol", JSON.stringify(analysis("S1USDT", 2)), /^S0USDT: is of S1USDT/],
  ["of another refresh", JSON.stringify(analysis("S0USDT", 1)), /^S0USDT: is of S0USDT, sequence 1/],
  [
    "of another market",
    JSON.stringify({ ...analysis("S0USDT", 2), origin: "simulator", simulated: true }),
    /simulator$/,
  ],
])("leaves out an analysis that is %s, says so once, and serves the rest", async (_, text, problem) => {
  const { get, lines } = await startTestServer({}, (store) => store.publish(withAnalysis(2, text)));
  await expect.poll(async () => (await get(`${PREFIX}S0USDT`)).status).toBe(404);
  expect((await get("/api/snapshot")).headers.get("x-snapshot-sequence")).toBe("2");
  expect(lines).toMatchObject([{ level: "warn", problem: expect.stringMatching(problem), count: 1 }]);
});

it("goes on with the symbols of the snapshot before until those of the new one are ready, then has those only", async () => {
  const { log } = createLogLines();
  const served: number[] = [];
  const serving = createServing({ log, onServed: ({ held }) => void served.push(held.snapshot.sequence) });
  const symbolSequence = () => serving.current()?.bodies.get(`${PREFIX}S0USDT`)?.held.snapshot.sequence;
  serving.take(...read(withAnalysis(1)));
  await serving.settled();
  expect(served).toEqual([1]);
  await expect.poll(symbolSequence).toBe(1);

  serving.take(...read(withAnalysis(2)));
  await serving.settled();
  expect(serving.current()?.held.snapshot.sequence).toBe(2);
  expect(symbolSequence()).toBe(1);
  await expect.poll(symbolSequence).toBe(2);

  serving.take(...read(samplePublication({ sequence: 3 })));
  await expect.poll(symbolSequence).toBeUndefined();
  expect(served).toEqual([1, 2, 3]);
});

it("prepares the last one of those that come while it prepares", async () => {
  const served: number[] = [];
  const serving = createServing({
    log: createLogLines().log,
    onServed: ({ held }) => void served.push(held.snapshot.sequence),
  });
  for (const sequence of [1, 2, 3, 4]) {
    serving.take(...read(samplePublication({ sequence })));
  }
  await expect.poll(() => served).toEqual([1, 4]);
});

it("keeps the last good one when one cannot be prepared, and logs the defect", async () => {
  const { log, lines } = createLogLines();
  const serving = createServing({ log });
  const [good, analyses] = read(samplePublication({ sequence: 1 }));
  serving.take(good, analyses);
  await serving.settled();
  const [bad] = read(samplePublication({ sequence: 2 }));
  const unserializable = { ...bad, snapshot: { ...bad.snapshot, sequence: 2n as unknown as number } };
  serving.take(unserializable, analyses);
  await expect.poll(() => lines.length).toBe(1);
  expect(lines).toMatchObject([{ level: "error", msg: "Snapshot could not be prepared; going on with the last one" }]);
  expect(serving.current()?.held.snapshot.sequence).toBe(1);
  serving.take(...read(samplePublication({ sequence: 3 })));
  await expect.poll(() => serving.current()?.held.snapshot.sequence).toBe(3);
});
