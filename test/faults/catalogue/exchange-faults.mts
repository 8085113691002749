import type { Fault } from "../contracts.mts";
import { BAN_MS, FAULT_DURATIONS, FRESH_FOR_MS, PERIOD_MS } from "../stage/fault-durations.mts";
import { answers } from "./exchange-answers.mts";

const { exchange } = FAULT_DURATIONS;

/** A share at which most refreshes meet it, and most of their answers do not. */
const SOME = 0.3;
/** Long enough for a refresh to meet it, whatever the last one is still doing. */
const MET_MS = 2 * PERIOD_MS;
/** When at the latest the snapshot of before is called stale, if no other follows. */
const STALE_AFTER_MS = FRESH_FOR_MS + PERIOD_MS;

const TICKERS = "/v5/market/tickers";
/** Asked for at each refresh; candles are only when one has closed, or a worker starts. */
const BOOK = "/v5/market/orderbook";

type Bound = Fault["leaves"];

const CALL: Bound = { ms: exchange.callDeadlineMs, what: "one call with its retries" };
const HOLE: Bound = { ms: exchange.candleHoleRetryMs, what: "the wait until candles with a hole are fetched again" };
const OUTAGE: Bound = {
  ms: exchange.callDeadlineMs + exchange.outagePauseMs,
  what: "one call with its retries, and the pause of an exchange that does not answer",
};
const RATE_LIMIT: Bound = { ms: exchange.longestRateLimitPauseMs, what: "the longest pause after too many requests" };
const BAN: Bound = { ms: exchange.banPauseMs, what: "the pause of a ban" };
const GEO_BLOCK: Bound = { ms: exchange.geoBlockProbeMs, what: "the time between two probes of a blocked country" };
const REFERENCE: Bound = {
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

const GROUPS: readonly Group[] = [
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

/** The reasons of a worker that gets nothing at all. */
function reasonsOf(code: string): readonly string[] {
  return ["snapshot_stale", `refresh_failing:${code}`, `exchange_paused:${code}`];
}

const ERROR_TABLE: readonly Fault[] = GROUPS.flatMap(({ name, faults, leaves, endpoint, code }) => [
  answers({ name: `${name} for some`, endpoints: ["*"], faults, share: SOME, lastsAtLeastMs: MET_MS, leaves }),
  answers({
    name: `${name} for all`,
    endpoints: ["*"],
    faults,
    share: 1,
    lastsAtLeastMs: FRESH_FOR_MS,
    leaves,
    names: { reasons: reasonsOf(code), afterMs: STALE_AFTER_MS },
  }),
  answers({
    name: `${name} at ${endpoint}`,
    endpoints: [endpoint],
    faults,
    share: 1,
    lastsAtLeastMs: MET_MS,
    leaves,
  }),
]);

const BAD_ROWS: readonly Fault[] = [
  answers({
    name: "bad_numbers for some",
    endpoints: ["*"],
    faults: ["bad_numbers"],
    share: SOME,
    lastsAtLeastMs: MET_MS,
    leaves: HOLE,
  }),
  answers({
    name: "bad_numbers for all",
    endpoints: ["*"],
    faults: ["bad_numbers"],
    share: 1,
    lastsAtLeastMs: MET_MS,
    leaves: HOLE,
    names: { reasons: ["section_stale:overview"], afterMs: 2 * MET_MS },
  }),
];

/** A frozen exchange is noticed after two periods, and a lagging one at once. */
const NOTICED_AFTER_MS = { lagging: STALE_AFTER_MS, frozen: 2 * PERIOD_MS + STALE_AFTER_MS } as const;

const OTHER_TIMES: readonly Fault[] = [
  ...(["lagging", "frozen"] as const).flatMap((fault) => [
    answers({
      name: `${fault} for some`,
      endpoints: ["*"],
      faults: [fault],
      share: 0.5,
      lastsAtLeastMs: MET_MS,
      leaves: CALL,
    }),
    answers({
      name: `${fault} for all`,
      endpoints: ["*"],
      faults: [fault],
      share: 1,
      lastsAtLeastMs: NOTICED_AFTER_MS[fault],
      leaves: CALL,
      names: {
        reasons: [...reasonsOf(`exchange_${fault}`), `exchange_${fault}`],
        afterMs: NOTICED_AFTER_MS[fault],
      },
    }),
  ]),
  answers({
    name: "gone_back for all",
    endpoints: ["*"],
    faults: ["gone_back"],
    share: 1,
    lastsAtLeastMs: MET_MS,
    leaves: HOLE,
  }),
  answers({
    name: "one wrong_time",
    endpoints: [TICKERS],
    faults: ["wrong_time"],
    share: 1,
    lastsAtLeastMs: MET_MS,
    leaves: CALL,
  }),
];

/** The simulator bans the address of its own accord, without more requests than usual. */
const BANNED: Fault = {
  name: "exchange: a ban",
  occupies: ["exchange", "process:simulator"],
  lastsAtLeastMs: MET_MS,
  leaves: BAN,
  names: { reasons: reasonsOf("exchange_banned"), afterMs: STALE_AFTER_MS + BAN_MS },
  begin: async ({ simulator }) => {
    const before = (await simulator.stats()).requests_during_ban;
    await fetch(`${simulator.url}/__ban`, { method: "POST" });
    return {
      touched: async () => (await simulator.stats()).requests_during_ban - before,
      // It ends by itself.
      end: async () => undefined,
    };
  },
};

/** Both sources of the capitalisation, and the index of fear and greed. */
const REFERENCE_ENDPOINTS = ["/api/v3/global", "/v1/global", "/fng/"];

const REFERENCE_DATA: readonly Fault[] = [
  { name: "unusable bodies", faults: ["truncated", "empty_object", "bad_numbers", "html_200", "result_null"] },
  { name: "answers that never end", faults: ["stalled_body", "slow_headers"] },
  { name: "trouble on their side", faults: ["http_503", "http_429", "reset", "geo_block_html"] },
].map(({ name, faults }) =>
  answers({
    name: `reference data: ${name}`,
    endpoints: REFERENCE_ENDPOINTS,
    faults,
    share: 1,
    lastsAtLeastMs: exchange.globalMarketPeriodMs + PERIOD_MS,
    leaves: REFERENCE,
  }),
);

export const EXCHANGE_FAULTS: readonly Fault[] = [
  ...ERROR_TABLE,
  ...BAD_ROWS,
  ...OTHER_TIMES,
  BANNED,
  ...REFERENCE_DATA,
];
