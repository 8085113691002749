import { analysisKey } from "@pulseboard/snapshot";
import type { Publication } from "@pulseboard/storage";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { longestAnalysis } from "../../../../packages/snapshot/src/testing/worst-case.ts";
import { samplePublication, withDocument } from "../testing/sample-documents.ts";
import { startTestServer } from "../testing/test-server.ts";
import { type CurrentSnapshot, createSnapshotHolder } from "./current-snapshot.ts";
import { type LoadedSnapshot, load } from "./loaded-snapshot.ts";

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

function loaded(publication: Publication): LoadedSnapshot {
  const result = load(publication, "bybit", createFakeClock());
  if (!result.ok) {
    throw new Error(result.problem);
  }
  return result.loaded;
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
  for (const symbol of ["NOUSDT", "s0usdt", "", "../../etc/passwd", "S0USDT/", "__proto__"]) {
    const answer = await get(PREFIX + symbol);
    expect(answer.status, symbol).toBe(404);
  }
  expect(await (await get(`${PREFIX}NOUSDT`)).json()).toMatchObject({ status: "error", error: "symbol_not_scored" });
});

it("has the analysis of a new symbol as soon as the snapshot that names it is served", async () => {
  const { get, store, announcements } = await startTestServer({}, (first) =>
    first.publish(samplePublication({ sequence: 1 })),
  );
  await expect.poll(async () => (await get(`${PREFIX}S0USDT`)).status).toBe(404);
  const symbols = Array.from({ length: 12 }, (_, index) => `S${index}USDT`);
  const publication = symbols.reduce(
    (all, symbol) => withDocument(all, analysisKey(symbol), JSON.stringify(analysis(symbol, 2))),
    samplePublication({ sequence: 2 }),
  );
  await store.publish(publication);
  await announcements.announce(2);
  while ((await get("/api/snapshot")).headers.get("x-snapshot-sequence") !== "2") {
    // The next answer may be of the new snapshot.
  }
  const answers = await Promise.all(symbols.map((symbol) => get(PREFIX + symbol)));
  expect(answers.map(({ status }) => status)).toEqual(symbols.map(() => 200));
});

it("serves the error body for a symbol too while there is no snapshot", async () => {
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
  ["of another symbol", JSON.stringify(analysis("S1USDT", 2)), /^S0USDT: the analysis is of S1USDT/],
  ["of another refresh", JSON.stringify(analysis("S0USDT", 1)), /^S0USDT: the analysis is of S0USDT, sequence 1/],
  [
    "of another market",
    JSON.stringify({ ...analysis("S0USDT", 2), origin: "simulator", simulated: true }),
    /simulator$/,
  ],
])("leaves out an analysis that is %s, logs that once, and serves the rest", async (_, text, problem) => {
  const { get, lines } = await startTestServer({}, (store) => store.publish(withAnalysis(2, text)));
  await expect.poll(async () => (await get(`${PREFIX}S0USDT`)).status).toBe(404);
  expect((await get("/api/snapshot")).headers.get("x-snapshot-sequence")).toBe("2");
  expect(lines).toMatchObject([{ level: "warn", problem: expect.stringMatching(problem), count: 1 }]);
});

/** A holder, and the first thing that it served of each snapshot: its sequence, and the sequence of the symbols beside it. */
function createHolder() {
  const { log, lines } = createRecordedLog();
  const served: { readonly sequence: number; readonly symbols: number | undefined }[] = [];
  const symbolSequence = ({ bodies }: CurrentSnapshot) => bodies.get(`${PREFIX}S0USDT`)?.loaded.snapshot.sequence;
  const onReplaced = (current: CurrentSnapshot) => {
    served.push({ sequence: current.loaded.snapshot.sequence, symbols: symbolSequence(current) });
  };
  const holder = createSnapshotHolder({ log, onReplaced });
  const servedSymbols = () => {
    const current = holder.current();
    return current === null ? undefined : symbolSequence(current);
  };
  return { holder, served, servedSymbols, lines };
}

it("goes on with the symbols of the snapshot before until those of the new one are ready, then has only those", async () => {
  const { holder, served, servedSymbols } = createHolder();
  holder.replace(loaded(withAnalysis(1)));
  await expect.poll(servedSymbols).toBe(1);
  holder.replace(loaded(withAnalysis(2)));
  await expect.poll(servedSymbols).toBe(2);
  holder.replace(loaded(samplePublication({ sequence: 3 })));
  await expect.poll(servedSymbols).toBeUndefined();
  expect(served).toEqual([
    { sequence: 1, symbols: undefined },
    { sequence: 2, symbols: 1 },
    { sequence: 3, symbols: 2 },
  ]);
});

it("prepares only the last of the snapshots that arrive while it prepares another", async () => {
  const { holder, served } = createHolder();
  for (const sequence of [1, 2, 3, 4]) {
    holder.replace(loaded(samplePublication({ sequence })));
  }
  await expect.poll(() => served.map(({ sequence }) => sequence)).toEqual([1, 4]);
});

it("keeps the last good one when one cannot be prepared, and logs the defect", async () => {
  const { holder, served, lines } = createHolder();
  holder.replace(loaded(samplePublication({ sequence: 1 })));
  await holder.settled();
  const bad = loaded(samplePublication({ sequence: 2 }));
  const unserializable = { ...bad, snapshot: { ...bad.snapshot, sequence: 2n as unknown as number } };
  holder.replace(unserializable);
  await expect.poll(() => lines.length).toBe(1);
  expect(lines).toMatchObject([{ level: "error", msg: "Snapshot could not be prepared; serving the one before" }]);
  expect(holder.current()?.loaded.snapshot.sequence).toBe(1);
  holder.replace(loaded(samplePublication({ sequence: 3 })));
  await expect.poll(() => served.map(({ sequence }) => sequence)).toEqual([1, 3]);
});
