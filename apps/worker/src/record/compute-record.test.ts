import { createHash } from "node:crypto";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { METHOD_VERSION } from "@pulseboard/engine";
import {
  COLLECT_OPTIONS,
  collectDays,
  HISTORY_DURATIONS,
  type HistoryRefresh,
  type HistoryStore,
  LIVE_FIGURES,
  openHistory,
} from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { parseRecord, type RecordDocument } from "@pulseboard/snapshot";
import { madeHistory } from "@pulseboard/testing/made-history";
import { createRecordedLog } from "@pulseboard/testing/recorded-log";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { computeRecord, type RecordMarket, verifyRecord } from "./compute-record.ts";
import type { CompleteDay } from "./read-days.ts";

const FROM_MS = Date.UTC(2026, 10, 1);
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 4, 4, 20);
const SHAPE = { seed: 3, fromMs: FROM_MS, symbols: 22, periodMs: 30_000, perQuarter: 3, nasty: false };

/** 3 days and 2 h: of the first two days the returns of 24 h are there, of the third those of 1 h. */
const REFRESHES: readonly HistoryRefresh[] = [...madeHistory({ ...SHAPE, days: 4 })].filter(
  ({ asOfMs }) => asOfMs < FROM_MS + 3 * DAY_MS + 2 * 3_600_000,
);

const { log, outages } = createRecordedLog();

function open(market: RecordMarket): HistoryStore {
  const tools = { log, outages, clock: systemClock, durations: HISTORY_DURATIONS };
  return openHistory({ ...market, methodVersion: METHOD_VERSION, ...tools });
}

const marketIn = (dataDir: string): RecordMarket => ({ dataDir, origin: "simulator", simulated: true });

/** Written once: each refresh is synced. */
let written: string;

beforeAll(async () => {
  const folder = await createTemporaryFolder();
  written = folder.path;
  const history = open(marketIn(written));
  for (const refresh of REFRESHES) {
    expect(await history.append(refresh)).toBe("kept");
  }
  await history.close();
  return folder.remove;
});

/** A copy of it, open for writing; or an empty one, with these refreshes. */
async function startHistory(refreshes?: readonly HistoryRefresh[]) {
  const folder = await createTemporaryFolder();
  if (refreshes === undefined) {
    // Not the socket of the writer.
    await cp(written, folder.path, { recursive: true, filter: (path) => !path.includes("writer") });
  }
  const market = marketIn(folder.path);
  const history = open(market);
  onTestFinished(async () => {
    await history.close();
    await folder.remove();
  });
  for (const refresh of refreshes ?? []) {
    expect(await history.append(refresh)).toBe("kept");
  }
  return { market, history };
}

/** As the worker does it, with what was kept. */
async function compute(market: RecordMarket, history: HistoryStore | null) {
  const kept: CompleteDay[] = [];
  const damaged: string[] = [];
  const document = await computeRecord({
    market,
    nowMs: NOW_MS,
    keep: async (complete) => {
      for (const day of complete) {
        kept.push(day);
        await history?.keepStatistics(day.day, day.text);
      }
    },
    onDamage: ({ path }) => damaged.push(path),
  });
  return { document, kept, damaged };
}

const withoutChain = (document: RecordDocument | null) => ({ ...document, chain: null });

describe("the record of a history on disk", () => {
  it("is computed day by day, each day's statistics once; what is kept gives the same record", async () => {
    const { market, history } = await startHistory();
    const first = await compute(market, history);
    expect(first.kept.map(({ day }) => day)).toEqual(["2026-11-01", "2026-11-02"]);
    const second = await compute(market, history);
    expect(second.kept).toEqual([]);
    expect(withoutChain(second.document)).toEqual(withoutChain(first.document));
    expect(await history.statisticsDays()).toEqual(["2026-11-01", "2026-11-02"]);
    expect(first.damaged).toEqual([]);

    const record = first.document;
    expect(parseRecord(JSON.stringify(record))).toMatchObject({ ok: true });
    expect(record).toMatchObject({
      origin: "simulator",
      simulated: true,
      method_version: METHOD_VERSION,
      sequence: REFRESHES.at(-1)?.sequence,
      symbols: 22,
      others: 44,
      named: { horizon: "1h", line: "score_65" },
    });
    const counted = (horizon: "1h" | "4h" | "24h") => record?.horizons[horizon].days.counted;
    expect([counted("1h"), counted("4h"), counted("24h")]).toEqual([3, 2, 2]);
    expect(record?.horizons["1h"]).toMatchObject({
      first_day: "2026-11-01",
      last_day: "2026-11-03",
      lines: { score_65: { all: null, claim: { kind: "collecting", day: 3, of: 14 } } },
    });
    expect(record?.outlook["1h"]).toEqual({ shown: false, why: "collecting", t: null, days: 3, minimum_days: 14 });
  });

  it("has the statistics that the refreshes themselves give", async () => {
    const { market, history } = await startHistory();
    const { kept } = await compute(market, history);
    const read: HistoryRefresh[] = [];
    for (const day of await history.days("refreshes")) {
      for await (const refresh of history.readDay("refreshes", day)) {
        read.push(refresh);
      }
    }
    const { take } = collectDays(LIVE_FIGURES, COLLECT_OPTIONS);
    const statistics = read.flatMap((refresh) => take(refresh));
    const ofDay = (text = "") => JSON.parse(text).statistics;
    const first = statistics.filter(({ day }) => day === FROM_MS / DAY_MS);
    expect(first).toHaveLength(3);
    expect(ofDay(kept[0]?.text)).toEqual(JSON.parse(JSON.stringify(first)));
  });

  it("is covered by the chain, whose head it tells with the statistics that were kept just now", async () => {
    const { market, history } = await startHistory();
    const { document } = await compute(market, history);
    const links = await history.chain();
    expect(links.filter(({ kind }) => kind === "statistics").map(({ day }) => day)).toEqual([
      "2026-11-01",
      "2026-11-02",
    ]);
    expect(document?.chain).toEqual({ head: links.at(-1)?.hash, day: links.at(-1)?.day, links: links.length });
    expect(await verifyRecord(market)).toMatchObject({ intact: true, head: links.at(-1)?.hash });

    const path = join(
      market.dataDir,
      `history/simulator-simulated/v${METHOD_VERSION}/simulator-simulated-v${METHOD_VERSION}-2026-11-01.statistics.json`,
    );
    const text = await readFile(path, "utf8");
    expect(links.find(({ kind }) => kind === "statistics")?.sha256).toBe(
      createHash("sha256").update(text).digest("hex"),
    );
    await writeFile(
      path,
      text.replace(/"beat":(\d)/, (_, digit) => `"beat":${(Number(digit) + 1) % 10}`),
    );
    expect(await verifyRecord(market)).toMatchObject({ intact: false });
  });

  it("counts a day whose kept statistics cannot be read as missing, and says so", async () => {
    const { market, history } = await startHistory();
    await history.keepStatistics("2026-11-01", "no statistics");
    const { document, damaged, kept } = await compute(market, history);
    expect(damaged).toEqual(["2026-11-01"]);
    expect(kept.map(({ day }) => day)).toEqual(["2026-11-02"]);
    expect(document?.horizons["1h"].days.counted).toBe(2);
  });

  it("is none without any history", async () => {
    const { market } = await startHistory([]);
    expect(await compute(market, null)).toEqual({ document: null, kept: [], damaged: [] });
  });

  it("keeps a day with too few symbols as one without statistics, so that it is not read again", async () => {
    const few = [...madeHistory({ ...SHAPE, symbols: 19, days: 3 })].filter((_, index) => index % 12 < 3);
    const { market, history } = await startHistory(few);
    const { document, kept } = await compute(market, history);
    expect(kept.map(({ day }) => day)).toEqual(["2026-11-01", "2026-11-02"]);
    expect(document).toMatchObject({ symbols: 19, needs_symbols: 20 });
    expect((await compute(market, history)).kept).toEqual([]);
  });
});
