import { COLLECT_OPTIONS, collectDays, type HistoryRefresh, LIVE_FIGURES, summarizeRecord } from "@pulseboard/history";
import type { RecordDocument } from "@pulseboard/snapshot";
import { madeHistory } from "@pulseboard/testing/made-history";
import { methodHash } from "../record/method-hash.ts";
import { recordDocument } from "../record/record-document.ts";
import { SUMMARY_OPTIONS } from "../record/summary-options.ts";

export interface MadeRecord {
  /** Of history up to this morning; the last ones are not finished at each horizon. */
  readonly days: number;
  /** How far scores lean to what comes; below 0, scores are followed by the opposite. */
  readonly foresight?: number;
  /** Holes, delisted contracts, inputs that become known, scores that are all high at once. */
  readonly spoiled?: boolean;
  /** The market is neutral at each moment. */
  readonly neutral?: boolean;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Enough for a moment, also when one has left. */
const SYMBOLS = 22;

/** The record of a made market, by the program's own statistics: as the worker would publish it now. */
export function madeRecord({ days, foresight = 0, spoiled = false, neutral = false }: MadeRecord): RecordDocument {
  const untilMs = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const fromMs = untilMs - days * DAY_MS;
  const { take } = collectDays(LIVE_FIGURES, COLLECT_OPTIONS);
  const history = madeHistory({
    ...{ seed: 7, fromMs, days, symbols: SYMBOLS, foresight },
    ...{ periodMs: 30_000, perQuarter: 3, nasty: false },
  });
  const statistics = [];
  let newest: HistoryRefresh | null = null;
  for (const made of history) {
    const directed: HistoryRefresh = neutral ? { ...made, direction: "neutral" } : made;
    const refresh = spoiled ? spoil(directed, (made.asOfMs - fromMs) / DAY_MS) : directed;
    if (refresh !== null) {
      statistics.push(...take(refresh));
      newest = refresh;
    }
  }
  if (newest === null) {
    throw new Error("a record needs history");
  }
  const sha256 = "c0ffee".padEnd(64, "1");
  const link = {
    day: new Date(untilMs - DAY_MS).toISOString().slice(0, 10),
    kind: "quarters",
    sha256,
    hash: sha256,
  } as const;
  return recordDocument({
    summary: summarizeRecord(statistics, SUMMARY_OPTIONS),
    newest,
    chain: [link],
    methodVersion: 2,
    methodHash: methodHash(),
    origin: "simulator",
    simulated: true,
    nowMs: Date.now(),
  });
}

/** @param day - Days since the beginning. */
function spoil(refresh: HistoryRefresh, day: number): HistoryRefresh | null {
  const hours = (day % 1) * (DAY_MS / HOUR_MS);
  // One day is missing, another has too few moments.
  if (Math.floor(day) === 8 || (Math.floor(day) === 9 && hours < 6)) {
    return null;
  }
  return {
    ...refresh,
    rows: refresh.rows
      .filter((_, place) => !(place === 3 && day > 11.3))
      .map((row) => ({
        ...row,
        score: row.score !== null && hours < 2 ? Math.min(99, row.score + 30) : row.score,
        components: { ...row.components, orderbook: null, sentiment: 0 },
        knownInputs: day < 6 ? row.knownInputs & ~0b1 : row.knownInputs,
        markPrice: row.symbol === "C5USDT" && hours > 20 ? null : row.markPrice,
      })),
  };
}
