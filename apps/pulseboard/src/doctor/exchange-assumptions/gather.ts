import { type Clock, isRecord } from "@pulseboard/runtime";
import type { Answer, HttpClient, NoAnswer } from "../../operator/http-client.ts";
import {
  type Asked,
  decimal,
  type Evidence,
  type RequestName,
  resultOf,
  rowsOf,
  timeOf,
  tradedTickers,
} from "./evidence.ts";

export interface AssumptionDurations {
  /** Between the beginnings of two requests. */
  readonly betweenMs: number;
}

export const ASSUMPTION_DURATIONS: AssumptionDurations = { betweenMs: 1_000 };

export interface GatherOptions {
  readonly client: HttpClient;
  readonly simulated: boolean;
  readonly clock: Clock;
  readonly durations: AssumptionDurations;
  readonly onProgress: (text: string) => void;
}

/** The exchange asked for a pause, or did not answer. */
export interface Stop {
  readonly reason: string;
  readonly isAnswer: boolean;
}

export interface Gathered extends Evidence {
  /** Why no more was asked; null when all was. */
  readonly stopped: Stop | null;
  readonly requests: number;
}

/** A page of contracts may be followed by so many more: with all others, the requests stay below 40. */
const MORE_PAGES = 4;
const BUSY = "BTCUSDT";
const MINUTE_MS = 60_000;
/** The exchange asks us to stop with these, or says that it serves nobody here. */
const PAUSE_STATUSES: ReadonlySet<number> = new Set([403, 418, 429, 451]);
const PAUSE_CODES: ReadonlySet<unknown> = new Set([10006, 10009, 10429]);

type Params = Readonly<Record<string, string>>;

/** Asks the exchange once for everything that the assumptions are about, one request after the other. */
export async function gather(options: GatherOptions): Promise<Gathered> {
  const { simulated, clock } = options;
  const answers = new Map<RequestName, Asked>();
  const evidence: Evidence = { answers, simulated };
  const asking = createAsking(options);
  const ask = async (name: RequestName, path: string, params: Params = {}): Promise<void> => {
    const answer = await asking.ask(path, params);
    if (answer !== null) {
      answers.set(name, { params, answer, atMs: clock.nowMs() });
    }
  };
  const linear = { category: "linear" };
  const busy = { ...linear, symbol: BUSY };

  await ask("time", "/v5/market/time");
  await askContracts(asking, answers, clock);
  await ask("firstPage", INSTRUMENTS, { ...linear, limit: "2" });
  const cursor = resultOf(evidence, "firstPage")?.nextPageCursor;
  if (typeof cursor === "string" && cursor !== "") {
    await ask("secondPage", INSTRUMENTS, { ...linear, limit: "2", cursor });
  }
  await ask("tickers", "/v5/market/tickers", linear);
  const candles = (name: RequestName, symbol: string, interval: string): Promise<void> => {
    const intervalMs = Number(interval) * MINUTE_MS;
    const closedByMs = Math.floor(timeOf(evidence, "time") / intervalMs) * intervalMs;
    return ask(name, KLINE, { ...linear, symbol, interval, limit: "1000", end: String(closedByMs - 1) });
  };
  await candles("minutes", BUSY, "1");
  await ask("openMinutes", KLINE, { ...busy, interval: "1", limit: "2" });
  await candles("fiveMinutes", BUSY, "5");
  await candles("halfHours", BUSY, "30");
  await candles("fourHours", BUSY, "240");
  await candles("quietMinutes", quietSymbol(evidence), "1");
  await ask("book", "/v5/market/orderbook", { ...busy, limit: "500" });
  await ask("trades", "/v5/market/recent-trade", { ...busy, limit: "1000" });
  await ask("openInterest", "/v5/market/open-interest", { ...busy, intervalTime: "5min", limit: "200" });
  await ask("accountRatio", "/v5/market/account-ratio", { ...busy, period: "1h", limit: "480" });
  await ask("fundingHistory", "/v5/market/funding/history", { ...busy, limit: "200" });
  await ask("unknownSymbol", KLINE, { ...linear, symbol: "NOSUCHCOINUSDT", interval: "1", limit: "1" });
  await ask("wrongParameter", KLINE, { ...busy, interval: "7", limit: "1" });
  await ask("unknownRoute", "/v5/market/no-such-route");
  return { answers, simulated, stopped: asking.stopped(), requests: asking.requests() };
}

const INSTRUMENTS = "/v5/market/instruments-info";
const KLINE = "/v5/market/kline";

/** All pages of contracts as one answer: the last one, with the rows of all. */
async function askContracts(asking: Asking, answers: Map<RequestName, Asked>, clock: Clock): Promise<void> {
  const params = { category: "linear", limit: "1000" };
  const evidence: Evidence = { answers, simulated: false };
  let list: readonly unknown[] = [];
  let cursor: unknown = "";
  for (let page = 0; page <= MORE_PAGES; page += 1) {
    const answer = await asking.ask(INSTRUMENTS, page === 0 ? params : { ...params, cursor: String(cursor) });
    if (answer === null) {
      answers.delete("contracts");
      return;
    }
    answers.set("contracts", { params, answer, atMs: clock.nowMs() });
    const result = resultOf(evidence, "contracts");
    list = [...list, ...rowsOf(evidence, "contracts")];
    cursor = result?.nextPageCursor;
    if (answer.status !== null && isRecord(answer.body) && result !== null) {
      const body = { ...answer.body, result: { ...result, list } };
      answers.set("contracts", { params, answer: { ...answer, body }, atMs: clock.nowMs() });
    }
    if (typeof cursor !== "string" || cursor === "") {
      return;
    }
  }
}

/** The contract that is traded least: its minutes are often empty. */
function quietSymbol(evidence: Evidence): string {
  const traded = tradedTickers(evidence).filter(({ turnover24h }) => decimal(turnover24h) > 0);
  const [quietest] = traded.toSorted((a, b) => decimal(a.turnover24h) - decimal(b.turnover24h));
  return typeof quietest?.symbol === "string" ? quietest.symbol : BUSY;
}

interface Asking {
  /** Null when that answer says to stop, and from then on: nothing is asked any more. */
  ask(path: string, params: Params): Promise<Answer | NoAnswer | null>;
  stopped(): Stop | null;
  requests(): number;
}

function createAsking({ client, clock, durations, onProgress }: GatherOptions): Asking {
  let stopped: Stop | null = null;
  let requests = 0;
  let nextMs = clock.monotonicMs();
  return {
    stopped: () => stopped,
    requests: () => requests,
    ask: async (path, params) => {
      if (stopped !== null) {
        return null;
      }
      await clock.sleep(Math.max(0, nextMs - clock.monotonicMs()));
      nextMs = clock.monotonicMs() + durations.betweenMs;
      requests += 1;
      onProgress(`asking the exchange: request ${requests}, ${path}`);
      const query = new URLSearchParams(params).toString();
      const answer = await client.ask(query === "" ? path : `${path}?${query}`);
      stopped = reasonToStop(path, answer);
      return stopped === null ? answer : null;
    },
  };
}

function reasonToStop(path: string, answer: Answer | NoAnswer): Stop | null {
  if (answer.status === null) {
    return { reason: `${path}: ${answer.reason}`, isAnswer: false };
  }
  const { retCode, retMsg } = isRecord(answer.body) ? answer.body : {};
  if (!PAUSE_STATUSES.has(answer.status) && !PAUSE_CODES.has(retCode)) {
    return null;
  }
  const said = retCode === undefined ? "" : `, retCode ${String(retCode)} ${String(retMsg)}`;
  return { reason: `${path}: HTTP ${answer.status}${said}`, isAnswer: true };
}
