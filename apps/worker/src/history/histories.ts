import type { SymbolInputs } from "@pulseboard/engine";
import { type AppendOutcome, directionOf, type HistoryStore } from "@pulseboard/history";
import type { Logger, Metrics, ReadinessReason } from "@pulseboard/runtime";
import type { SingleDocument } from "@pulseboard/storage";
import type { MarketState, ScoredInput, Tickers } from "../state/market-state.ts";
import type { WorkerReasons } from "../status/worker-reasons.ts";
import { inTurns } from "../turns/in-turns.ts";
import type { DailyRecord } from "./daily-record.ts";
import { createDocumentRounds } from "./document-rounds.ts";
import { rowSteps } from "./history-rows.ts";
import { loadScores } from "./load-scores.ts";
import { createScoreSeries } from "./score-series.ts";

/** A whole refresh that was published, with what it was made from. */
export interface PublishedRefresh {
  readonly state: MarketState;
  readonly sequence: number;
  readonly scored: readonly ScoredInput[];
  /** By symbol. */
  readonly inputs: ReadonlyMap<string, SymbolInputs>;
  /** Null when this refresh had no tickers of its own. */
  readonly tickers: Tickers | null;
}

/** Keeps each published refresh in the history, and publishes the documents that are made of it. Nobody waits for that. */
export interface Histories {
  refreshed(refresh: PublishedRefresh): void;
  /** Resolves when what was begun has ended. */
  close(): Promise<void>;
}

export interface HistoriesOptions {
  readonly store: HistoryStore;
  readonly record: Pick<DailyRecord, "kept">;
  /** False when no store took it. */
  readonly publishSingle: (document: SingleDocument) => Promise<boolean>;
  readonly origin: string;
  readonly simulated: boolean;
  /** The schedule's period, ms. */
  readonly periodMs: number;
  readonly durations: HistoriesDurations;
  readonly reasons: WorkerReasons;
  /** Called when a reason has come or gone. */
  readonly onReasons: () => void;
  readonly metrics: Metrics;
  readonly log: Logger;
}

export interface HistoriesDurations {
  /** Between two publications of a symbol's history; market time. */
  readonly historyEveryMs: number;
}

/** The price of a symbol that has left is kept for so long: the last exit of its scores, and a refresh that was missed. */
const PRICE_KEPT_MS = 25 * 3_600_000;
/** The longest span that is shown. */
const FORGOTTEN_AFTER_MS = 90 * 86_400_000;
/** So many refreshes wait for their turn; those that come while there are more are lost. */
const MAX_WAITING = 4;

const UNWRITABLE: ReadinessReason = "store_unwritable:history";
const WAITING: ReadinessReason = "history_waiting";

export function createHistories(options: HistoriesOptions): Histories {
  const { store, record, origin, simulated, periodMs, reasons, onReasons, metrics, log } = options;
  const series = createScoreSeries();
  const rounds = createDocumentRounds({ ...options, series });
  /** By symbol, market time. */
  let lastScoredMs = new Map<string, number>();
  let newestMs = Number.NEGATIVE_INFINITY;
  /** Of this process. */
  let beforeMs: number | null = null;
  let waiting = 0;

  const load = async (): Promise<void> => {
    try {
      const loaded = await loadScores(store, series);
      newestMs = loaded.newestMs ?? newestMs;
      lastScoredMs = new Map(loaded.lastScoredMs);
      log.info({ symbols: lastScoredMs.size }, "The scores of the history are loaded");
    } catch (err) {
      log.warn({ err }, "The history cannot be read: charts of scores begin anew");
    }
  };
  let last: Promise<unknown> = load();

  const report = (outcome: AppendOutcome): void => {
    metrics.historyRefreshes.inc({ outcome });
    const before = reasons.list().length;
    reasons[outcome === "lost" ? "holds" : "over"](UNWRITABLE);
    reasons[outcome === "waiting" ? "holds" : "over"](WAITING);
    if (reasons.list().length !== before) {
      onReasons();
    }
  };

  const keep = async ({ state, sequence, scored, inputs, tickers }: PublishedRefresh): Promise<void> => {
    const { asOfMs, scores, regime } = state;
    const left = [...lastScoredMs].flatMap(([symbol, at]) => (asOfMs - at <= PRICE_KEPT_MS ? [symbol] : []));
    const rows = await inTurns(rowSteps({ scores: scores.value, scored, inputs, tickers, left, beforeMs }));
    beforeMs = asOfMs;
    const outcome = await store.append({ asOfMs, periodMs, sequence, direction: directionOf(regime.name), rows });
    report(outcome);
    if (outcome === "kept") {
      record.kept(asOfMs);
    }
  };

  const remember = ({ asOfMs, scores }: MarketState): void => {
    if (asOfMs < newestMs && simulated) {
      // Each start of a simulator may be another market.
      series.clear();
      lastScoredMs.clear();
    }
    newestMs = asOfMs;
    for (const [symbol, { analysis, row }] of scores.value) {
      series.put(symbol, asOfMs, analysis.score, row.relative ?? null);
      lastScoredMs.set(symbol, asOfMs);
    }
    for (const [symbol, at] of lastScoredMs) {
      if (asOfMs - at > FORGOTTEN_AFTER_MS) {
        series.forget(symbol);
        lastScoredMs.delete(symbol);
      }
    }
  };

  const take = async (refresh: PublishedRefresh): Promise<void> => {
    const { state, sequence, inputs } = refresh;
    remember(state);
    const scored = new Map([...inputs].filter(([symbol]) => state.scores.value.has(symbol)));
    rounds.begin({ asOfMs: state.asOfMs, sequence, origin, simulated, inputs: scored });
    await keep(refresh);
  };

  return {
    refreshed: (refresh) => {
      // Scores that are carried over are in the history already, with their time.
      if (refresh.state.scores.provenance.stale) {
        return;
      }
      if (waiting >= MAX_WAITING) {
        report("lost");
        return;
      }
      waiting += 1;
      last = last
        .then(() => take(refresh))
        .catch((err: unknown) => log.error({ err, sequence: refresh.sequence }, "Not in the history (a defect)"))
        .finally(() => {
          waiting -= 1;
        });
    },
    close: async () => {
      rounds.close();
      await last;
      await rounds.ended();
      await store.close();
    },
  };
}
