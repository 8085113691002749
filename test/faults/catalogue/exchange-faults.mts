import type { Fault } from "../contracts.mts";
import { BAN_MS, FAULT_DURATIONS, FRESH_FOR_MS, PERIOD_MS } from "../stage/fault-durations.mts";
import { answers } from "./exchange-answers.mts";
import { BAN, CALL, GROUPS, HOLE, REFERENCE, TICKERS } from "./exchange-error-table.mts";

const { exchange } = FAULT_DURATIONS;

/** A share of the answers at which most refreshes meet it, and retries get most of them after all. */
const SOME = 0.3;
/** Symbols about which nothing can be had over whole refreshes, while the others go on. */
const SOME_SYMBOLS = 2;
/** Whatever was about a symbol is not used any more when it is so many refreshes old. */
const USABLE_PERIODS = 10;
/** Whatever it was that was asked for, the worker stops asking for other things, too. */
const PAUSE_OTHERS = [
  "exchange_timeout",
  "exchange_unreachable",
  "exchange_rate_limited",
  "exchange_banned",
  "exchange_geo_blocked",
];
/** Long enough for a refresh to meet it, whatever the last one is still doing. */
const MET_MS = 2 * PERIOD_MS;
/** When at the latest the snapshot of before is called stale, if no other follows. */
const STALE_AFTER_MS = FRESH_FOR_MS + PERIOD_MS;
/** A refresh that has its tickers when the answers end still tries the other calls, and publishes what it has. */
const LAST_ONE_STALE_AFTER_MS = STALE_AFTER_MS + exchange.callDeadlineMs;

/** The reasons of a worker that gets nothing at all. */
function reasonsOf(code: string): readonly string[] {
  return ["snapshot_stale", `refresh_failing:${code}`, `exchange_paused:${code}`];
}

const ERROR_TABLE: readonly Fault[] = GROUPS.flatMap(({ name, faults, leaves, endpoint, code }) => [
  answers({ name: `${name} for some answers`, endpoints: ["*"], faults, share: SOME, lastsAtLeastMs: MET_MS, leaves }),
  answers({
    name: `${name} for some symbols`,
    endpoints: ["*"],
    faults,
    share: 1,
    symbolCount: SOME_SYMBOLS,
    unanswered: PAUSE_OTHERS.includes(code) ? "others may pause" : "others go on",
    lastsAtLeastMs: MET_MS,
    leaves,
  }),
  answers({
    name: `${name} for all`,
    endpoints: ["*"],
    faults,
    share: 1,
    lastsAtLeastMs: LAST_ONE_STALE_AFTER_MS,
    leaves,
    names: { reasons: reasonsOf(code), afterMs: LAST_ONE_STALE_AFTER_MS },
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

/** Until what is known of them is too old to be used, which they then say. */
const TOO_LONG: readonly Fault[] = GROUPS.filter(({ code }) => code === "exchange_unavailable").map(
  ({ name, faults, leaves }) =>
    answers({
      name: `${name} for some symbols, for long`,
      endpoints: ["*"],
      faults,
      share: 1,
      symbolCount: SOME_SYMBOLS,
      unanswered: "others go on",
      lastsAtLeastMs: (USABLE_PERIODS + 2) * PERIOD_MS,
      leaves,
    }),
);

const BAD_ROWS: readonly Fault[] = [
  answers({
    name: "bad_numbers for some answers",
    endpoints: ["*"],
    faults: ["bad_numbers"],
    share: SOME,
    lastsAtLeastMs: MET_MS,
    leaves: HOLE,
  }),
  answers({
    name: "bad_numbers for some symbols",
    endpoints: ["*"],
    faults: ["bad_numbers"],
    share: 1,
    symbolCount: SOME_SYMBOLS,
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
      name: `${fault} for some answers`,
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
  ...TOO_LONG,
  ...BAD_ROWS,
  ...OTHER_TIMES,
  BANNED,
  ...REFERENCE_DATA,
];
