import type { Fault } from "./fault.ts";

/** As far back as a server may be and still count as one that lags: from further back, a simulated market begins anew. */
const LAG_MS = 60_000;
const GONE_BACK_MS = 300_000;
const AHEAD_MS = 3_600_000;

/** With a share, it is one server of many that is behind. */
export const lagging: Fault = {
  description: `the right answer of ${LAG_MS / 1000} s ago, its time included`,
  exchangeOnly: true,
  apply: ({ answerOf, timeMs }) => answerOf({ stateMs: timeMs - LAG_MS, timeMs: timeMs - LAG_MS }),
};

export const goneBack: Fault = {
  description: `the market has gone back by ${GONE_BACK_MS / 1000} s and goes on from there`,
  exchangeOnly: true,
  apply: ({ answerOf, timeMs }) => answerOf({ stateMs: timeMs - GONE_BACK_MS, timeMs: timeMs - GONE_BACK_MS }),
};

/** A cache in front of the exchange: the header about the market's speed still says that the market moves. */
export const frozen: Fault = {
  description: "the answers of the moment at which the fault was switched on, their time included",
  exchangeOnly: true,
  apply: ({ answerOf, sinceMs }) => answerOf({ stateMs: sinceMs, timeMs: sinceMs }),
};

export const wrongTime: Fault = {
  description: `one right answer, dated ${AHEAD_MS / 3_600_000} h ahead; the next is right again`,
  exchangeOnly: true,
  once: true,
  apply: ({ answerOf, timeMs }) => answerOf({ stateMs: timeMs, timeMs: timeMs + AHEAD_MS }),
};
