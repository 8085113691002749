import { gunzipSync } from "node:zlib";
import { analysisKey, confluenceAnalysisSchema, SNAPSHOT_ROUTES, type StaleReason } from "@pulseboard/snapshot";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { expect, it } from "vitest";
import { longestAnalysis } from "../../../../packages/snapshot/src/testing/worst-case.ts";
import { GENERATED_AT_MS, samplePublication, withDocument } from "../testing/sample-documents.ts";
import { createSnapshotHolder } from "./current-snapshot.ts";
import { load } from "./loaded-snapshot.ts";
import type { PreparedBody } from "./prepare-bodies.ts";

const SINCE = GENERATED_AT_MS / 1000;
const BAN: StaleReason = { code: "exchange_paused:exchange_banned", since: SINCE, until: SINCE + 600 };
const SILENT: StaleReason = { code: "worker_silent", since: SINCE + 90, until: null };
const MOBILE = "/api/dashboard/mobile-data";
const SYMBOL = "/api/dashboard/confluence-analysis/S0USDT";

/** A snapshot with the analysis of one symbol. */
function loadedWith(sequence: number) {
  const analysis = { ...longestAnalysis(), symbol: "S0USDT", sequence, origin: "bybit", simulated: false };
  const publication = samplePublication({ sequence });
  const result = load(
    withDocument(publication, analysisKey("S0USDT"), JSON.stringify(analysis)),
    "bybit",
    createFakeClock(),
  );
  if (!result.ok) {
    throw new Error(result.problem);
  }
  return result.loaded;
}

/** A holder that serves the snapshot, and what its stale body at an address says. */
async function holding(sequence: number, reason: StaleReason | null = null) {
  const holder = createSnapshotHolder({ log: createRecordedLog().log });
  holder.explain(reason);
  holder.replace(loadedWith(sequence));
  await expect.poll(() => holder.current()?.awaitsSymbols).toBe(false);
  const bodyAt = (path: string): PreparedBody | undefined => holder.current()?.bodies.get(path);
  const saidAt = (path: string) => jsonOf(bodyAt(path)?.stale.identity.bytes).stale_reason;
  return { holder, bodyAt, saidAt };
}

function jsonOf(bytes: Buffer | undefined): Record<string, unknown> {
  return JSON.parse(bytes?.toString() ?? "null");
}

it("every stale body says why, in each coding, and no fresh one", async () => {
  const { holder } = await holding(1, BAN);
  const bodies = [...(holder.current()?.bodies ?? [])];
  expect(bodies).toHaveLength(SNAPSHOT_ROUTES.length + 1);
  const explained: string[] = [];
  for (const [path, { fresh, stale }] of bodies) {
    const [now, later] = [jsonOf(fresh.identity.bytes), jsonOf(stale.identity.bytes)];
    expect(jsonOf(gunzipSync(stale.gzip.bytes)), path).toEqual(later);
    if ("stale" in later) {
      explained.push(path);
      expect(now, path).toMatchObject({ stale: false, stale_reason: null });
      expect(later, path).toEqual({ ...now, stale: true, data_source: "stale", stale_reason: BAN });
      const schema = SNAPSHOT_ROUTES.find((route) => route.path === path)?.schema ?? confluenceAnalysisSchema;
      expect(schema.safeParse(later).error?.issues ?? [], path).toEqual([]);
    }
  }
  expect(explained).toHaveLength(bodies.length - 5);
});

it("a new reason changes the stale bodies and their tags, and nothing of the fresh ones", async () => {
  const { holder, bodyAt, saidAt } = await holding(1);
  for (const path of [MOBILE, SYMBOL, "/api/dashboard/symbols"]) {
    expect(saidAt(path), path).toBeNull();
  }
  const before = holder.current()?.bodies ?? new Map();
  const tags: string[] = [];
  for (const reason of [BAN, SILENT, null]) {
    holder.explain(reason);
    await expect.poll(() => saidAt(MOBILE)).toEqual(reason);
    expect([saidAt(SYMBOL), saidAt("/api/dashboard/symbols")]).toEqual([reason, reason]);
    expect(bodyAt(MOBILE)?.fresh).toBe(before.get(MOBILE)?.fresh);
    expect(bodyAt("/api/dashboard/alerts")).toBe(before.get("/api/dashboard/alerts"));
    for (const coding of ["identity", "gzip", "br"] as const) {
      tags.push(bodyAt(MOBILE)?.stale[coding].etag ?? "");
    }
  }
  expect(new Set(tags).size).toBe(tags.length);
  expect(tags.slice(-3)).toEqual(
    (["identity", "gzip", "br"] as const).map((coding) => before.get(MOBILE)?.stale[coding].etag),
  );
});

it("a snapshot that arrives keeps the reason, also one that comes while another reason is being prepared", async () => {
  const { holder, saidAt } = await holding(1, BAN);
  holder.replace(loadedWith(2));
  await expect.poll(() => holder.current()?.loaded.snapshot.sequence).toBe(2);
  expect(saidAt(MOBILE)).toEqual(BAN);
  holder.explain(SILENT);
  holder.replace(loadedWith(3));
  await expect
    .poll(() => [holder.current()?.loaded.snapshot.sequence, holder.current()?.awaitsSymbols])
    .toEqual([3, false]);
  expect([saidAt(MOBILE), saidAt(SYMBOL)]).toEqual([SILENT, SILENT]);
});
