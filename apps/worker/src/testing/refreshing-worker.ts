import { ExchangeError } from "@pulseboard/exchange";
import type { RefreshReport } from "@pulseboard/refresh";
import { createLogger } from "@pulseboard/runtime";
import { type MobileSnapshot, OUTLOOK_COLLECTING, parseSnapshot, SNAPSHOT_KEY } from "@pulseboard/snapshot";
import { buildDocuments } from "../documents/build-documents.ts";
import { WORKER_DURATIONS } from "../durations.ts";
import { type RefreshMemory, type RefreshObserver, refresh } from "../refresh.ts";
import type { MarketState } from "../state/market-state.ts";
import type { FaultyMarket } from "./faulty-market.ts";

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly endpoint?: string;
  readonly code?: string;
}

/** A snapshot that was published, with the report of its refresh; or the error of a refresh that published nothing. */
export type RefreshOutcome = { readonly snapshot: MobileSnapshot; readonly report: RefreshReport } | ExchangeError;

/** The refreshes of one worker: what it logs and publishes, without schedule and stores. */
export interface RefreshingWorker {
  /** The warnings and errors of the last refresh. */
  warnings(): readonly LogLine[];
  refresh(): Promise<RefreshOutcome>;
}

const SETTINGS = { source: "simulator", symbolCount: 3, moversMinTurnoverUsd: 500_000, periodMs: 30_000 };
const META = { origin: "simulator", simulated: true, periodMs: 30_000 };

export function startRefreshing(market: FaultyMarket, observer?: RefreshObserver): RefreshingWorker {
  const { clock } = market;
  const lines: LogLine[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) };
  const log = createLogger({ level: "info", pretty: false, destination });
  const gateways = market.openGateways(log);
  let memory: RefreshMemory = { state: null, tickers: null, scored: false, refusedInputs: new Set() };
  let sequence = 0;
  let published: MobileSnapshot | null = null;
  const publish = async (state: MarketState): Promise<number> => {
    sequence += 1;
    const { documents } = buildDocuments(state, META, sequence, clock.nowMs(), (_symbol, error) => {
      throw error;
    });
    const parsed = parseSnapshot(documents.get(SNAPSHOT_KEY) ?? "");
    if (!parsed.ok) {
      throw new Error(parsed.problem);
    }
    published = parsed.snapshot;
    return sequence;
  };
  const context = {
    ...gateways,
    ...SETTINGS,
    publish,
    outlookGates: () => OUTLOOK_COLLECTING,
    durations: WORKER_DURATIONS,
    clock,
    log,
    ...(observer !== undefined && { observer }),
  };

  return {
    warnings: () => lines.filter(({ level }) => level === "warn" || level === "error"),
    refresh: async () => {
      lines.length = 0;
      published = null;
      try {
        const run = { signal: new AbortController().signal, progress: () => {}, begins: () => () => {} };
        const result = await market.settle(refresh(context, memory, run));
        memory = result.memory;
        if (published === null) {
          throw new Error("a refresh publishes");
        }
        return { snapshot: published, report: result.report };
      } catch (error) {
        if (!(error instanceof ExchangeError)) {
          throw error;
        }
        return error;
      }
    },
  };
}
