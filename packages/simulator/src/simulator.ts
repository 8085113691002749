import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Clock } from "@pulseboard/runtime";
import { answerAt } from "./answers.ts";
import { EXCHANGE_ENDPOINTS } from "./bybit/exchange.ts";
import { answerControl } from "./control/answer-control.ts";
import type { AnswerMoment } from "./faults/fault.ts";
import { createFaultBoard, type FaultRequest } from "./faults/fault-board.ts";
import { TOO_FREQUENT, textReply } from "./faults/replies.ts";
import { createAddressLimiter, type RateLimit } from "./http/rate-limit.ts";
import { createRequestLog } from "./http/request-log.ts";
import { jsonReply, MARKET_SPEED_HEADER, type Reply, send } from "./http/send.ts";
import { closeAtOnce, listen } from "./http/server.ts";
import { createMarket, type MarketChoice } from "./market-choice.ts";
import { REFERENCE_ENDPOINTS } from "./reference/reference-data.ts";

/** With Node's 5 s, a client on a busy machine can use a connection at the moment at which it is closed. */
const KEEP_ALIVE_MS = 65_000;

export interface SimulatorOptions {
  readonly market: MarketChoice;
  /** 0: any free one. */
  readonly port: number;
  /** Market ms per wall ms; 0: the market stands still. */
  readonly speed: number;
  /** Length of an IP ban, wall ms; 600,000 at the real exchange. */
  readonly banMs: number;
  /** Market time at the start, Unix ms, of a generated market; wall time by default. */
  readonly startAtMs?: number;
  /** 600 requests per 5000 ms by default. */
  readonly rateLimit?: RateLimit;
  readonly clock: Clock;
}

/** Field names as in `GET /__stats`. */
export interface SimulatorStats {
  /** Requests by endpoint, of the exchange and the reference data; unknown paths as "other". */
  readonly requests: Readonly<Record<string, number>>;
  readonly total: number;
  /** Most requests to the exchange within any 5 s (the rate limit's window) from one address. */
  readonly peak_in_5s: number;
  readonly bans_given: number;
  readonly requests_during_ban: number;
  readonly ban_ends_in_ms: number;
  /** How often each fault was met. */
  readonly faults_met: Readonly<Record<string, number>>;
  readonly market_time_ms: number;
  /** At speed 0, and at the end of a recording. */
  readonly market_stands_still: boolean;
  readonly symbols: number;
}

export interface Simulator {
  readonly url: string;
  stats(): SimulatorStats;
  /** @throws BadFaultRequest when there is no such fault or endpoint, or a value cannot be used */
  setFault(fault: FaultRequest): void;
  clearFaults(): void;
  marketTimeMs(): number;
  /** Ends at once, also connections that wait for an answer. */
  close(): Promise<void>;
}

const REAL_RATE_LIMIT: RateLimit = { requests: 600, windowMs: 5000 };

/** Starts the look-alike on 127.0.0.1. @throws RecordingError, PortError */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, speed } = options;
  const market = createMarket(options.market, options.startAtMs ?? clock.nowMs());
  const startedMs = clock.monotonicMs();
  const marketTimeAt = (monotonicMs: number) =>
    Math.floor(Math.min(market.endMs, market.startMs + (monotonicMs - startedMs) * speed));
  const marketTimeMs = () => marketTimeAt(clock.monotonicMs());
  const speedNow = () => (marketTimeMs() >= market.endMs ? 0 : speed);
  const requestLog = createRequestLog(clock);
  const limiter = createAddressLimiter(options.rateLimit ?? REAL_RATE_LIMIT, options.banMs, clock, () =>
    requestLog.addBan(options.banMs),
  );
  const faults = createFaultBoard(clock, market.seed);
  const requests = new Map<string, number>();
  const faultsMet = new Map<string, number>();

  const stats = (): SimulatorStats => {
    const limit = limiter.stats();
    return {
      requests: Object.fromEntries(requests),
      total: [...requests.values()].reduce((sum, count) => sum + count, 0),
      peak_in_5s: limit.peak,
      bans_given: limit.bansGiven,
      requests_during_ban: limit.requestsDuringBan,
      ban_ends_in_ms: limit.banEndsInMs,
      faults_met: Object.fromEntries(faultsMet),
      market_time_ms: marketTimeMs(),
      market_stands_still: speedNow() === 0,
      symbols: market.symbols.length,
    };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> => {
    const url = new URL(`http://127.0.0.1${request.url ?? "/"}`);
    if (url.pathname.startsWith("/__")) {
      return await answerControl(url, request, { faults, stats, requestLog, ban: limiter.ban });
    }
    const isExchange = url.pathname.startsWith("/v5/");
    const endpoint = endpointOf(url.pathname);
    count(requests, endpoint ?? "other");
    const note = (answer: string) => {
      if (isExchange) {
        requestLog.add({ endpoint: endpoint ?? "other", answer });
      }
    };
    if (isExchange && !limiter.admit(request.socket.remoteAddress ?? "")) {
      note("banned");
      return TOO_FREQUENT;
    }
    const symbol = url.searchParams.get("symbol");
    const drawn = endpoint === undefined || request.method !== "GET" ? undefined : faults.draw(endpoint, symbol);
    note(drawn?.name ?? "ok");
    if (endpoint === undefined) {
      return textReply(404);
    }
    if (request.method !== "GET") {
      return textReply(400);
    }
    const timeMs = marketTimeMs();
    const headers = { [MARKET_SPEED_HEADER]: String(speedNow()) };
    const answerOf = (moment: AnswerMoment) => ({
      ...jsonReply(answerAt(market, endpoint, url.searchParams, moment)),
      headers,
    });
    const answer = () => answerOf({ stateMs: timeMs, timeMs });
    if (drawn === undefined) {
      return answer();
    }
    count(faultsMet, drawn.name);
    const sinceMs = marketTimeAt(drawn.setAtMs);
    return drawn.fault.apply({ request, response, answer, answerOf, timeMs, sinceMs });
  };

  const server = createServer((request, response) => {
    handle(request, response)
      .then((reply) => (reply === undefined ? undefined : send(request, response, reply)))
      .catch((error: unknown) => reportDefect(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${port}`,
    stats,
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    marketTimeMs,
    close: () => closeAtOnce(server),
  };
}

function endpointOf(path: string): string | undefined {
  if (EXCHANGE_ENDPOINTS.includes(path) || REFERENCE_ENDPOINTS.includes(path)) {
    return path;
  }
  return path === "/fng" ? "/fng/" : undefined;
}

/** A mistake of the simulator itself must not look like one of the exchange. */
function reportDefect(response: ServerResponse, error: unknown): void {
  if (!response.headersSent) {
    response.writeHead(500, { "content-type": "text/plain" });
  }
  response.end(`defect of the simulator: ${error instanceof Error ? error.message : String(error)}`);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
