import type { Fault } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";

const { exchange } = FAULT_DURATIONS;

export const TICKERS = "/v5/market/tickers";
/** Asked for at each refresh; candles are only when one has closed, or a worker starts. */
const BOOK = "/v5/market/orderbook";

type Bound = Fault["leaves"];

export const CALL: Bound = { ms: exchange.callDeadlineMs, what: "one call with its retries" };
export const HOLE: Bound = {
  ms: exchange.holeRetryMs,
  what: "the wait until a series with a hole is fetched again",
};
const OUTAGE: Bound = {
  ms: exchange.callDeadlineMs + exchange.outagePauseMs,
  what: "one call with its retries, and the pause of an exchange that does not answer",
};
const RATE_LIMIT: Bound = { ms: exchange.longestRateLimitPauseMs, what: "the longest pause after too many requests" };
export const BAN: Bound = { ms: exchange.banPauseMs, what: "the pause of a ban" };
const GEO_BLOCK: Bound = { ms: exchange.geoBlockProbeMs, what: "the time between two probes of a blocked country" };
export const REFERENCE: Bound = {
  ms: 1.2 * exchange.referenceLongestBackoffMs + exchange.referenceTimeoutMs,
  what: "the longest wait of a reference service, and one answer",
};

/** Rows of the error table that the worker treats alike. All of a group are met in each run of it. */
interface Group {
  readonly name: string;
  readonly faults: readonly string[];
  readonly leaves: Bound;
  /** The one endpoint where the group is tried alone. */
  readonly endpoint: typeof TICKERS | typeof BOOK;
  /** The code that pauses everything, or what the refreshes fail with. */
  readonly code: string;
}

/** The error table, by what the worker does about a row. */
export const GROUPS: readonly Group[] = [
  {
    name: "unusable bodies",
    faults: [
      "truncated",
      "empty_body",
      "null_body",
      "empty_object",
      "empty_array",
      "result_null",
      "list_missing",
      "html_200",
      "bad_gzip",
    ],
    leaves: CALL,
    endpoint: TICKERS,
    code: "exchange_bad_body",
  },
  {
    name: "answers that never end",
    faults: ["stalled_body", "slow_headers"],
    leaves: OUTAGE,
    endpoint: BOOK,
    code: "exchange_timeout",
  },
  {
    name: "connections that break",
    faults: ["reset", "reset_mid_body", "redirect"],
    leaves: OUTAGE,
    endpoint: TICKERS,
    code: "exchange_unreachable",
  },
  {
    name: "refused requests",
    faults: ["http_400", "http_401", "http_404", "code_10001", "code_10001_symbols"],
    leaves: CALL,
    endpoint: BOOK,
    code: "exchange_bad_request",
  },
  {
    name: "trouble on its side",
    faults: [
      "http_500",
      "http_502",
      "http_503",
      "http_504",
      "http_505",
      "http_520",
      "http_524",
      "code_10000",
      "code_10016_timeout",
      "code_10016_server",
      "code_unknown",
    ],
    leaves: OUTAGE,
    endpoint: TICKERS,
    code: "exchange_unavailable",
  },
  {
    name: "too many requests",
    faults: ["http_418", "http_429", "code_10006", "code_10429"],
    leaves: RATE_LIMIT,
    endpoint: BOOK,
    code: "exchange_rate_limited",
  },
  {
    name: "403 for too many requests",
    faults: ["rate_ban_403", "rate_403_json"],
    leaves: BAN,
    endpoint: BOOK,
    code: "exchange_banned",
  },
  {
    name: "country blocked",
    faults: ["code_10009", "geo_block_json", "geo_block_html"],
    leaves: GEO_BLOCK,
    endpoint: TICKERS,
    code: "exchange_geo_blocked",
  },
];
