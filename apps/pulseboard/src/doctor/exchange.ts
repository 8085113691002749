import type { ExchangeProbe } from "@pulseboard/exchange";
import type { Config } from "@pulseboard/runtime";
import type { WorkerStatus } from "@pulseboard/snapshot";
import type { Check } from "../operator/checks.ts";
import { failed, ok, warning } from "./verdicts.ts";

/** Above this, refreshes take noticeably longer. */
const SLOW_MS = 2_000;
/** Candle closes and the exchange's windows are told by time; some seconds change nothing. */
const CLOCK_WARNING_MS = 2_000;
const CLOCK_FAILED_MS = 30_000;

type Pause = WorkerStatus["exchange_pauses"][number];

/** The pause that the exchange has asked for and that lasts; null while it may be asked. */
export function pauseOf(status: WorkerStatus | null, nowMs: number): Pause | null {
  const lasting = (status?.exchange_pauses ?? []).filter(({ until }) => Date.parse(until) > nowMs);
  return lasting.toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0] ?? null;
}

/** The exchange is left alone while it pauses us: a request would prolong a ban. */
export function judgePause({ code, until }: Pause): Check {
  return failed("answers", {
    seen: `not asked: it has paused us until ${until} (${code})`,
    cure: code === "exchange_geo_blocked" ? GEO_BLOCKED : "Wait until then; a restart does not shorten it.",
  });
}

const GEO_BLOCKED = "Run from another region, or set EXCHANGE_URL to a mirror.";

/** One line for the answer, one for its speed, one for the two clocks. */
export function judgeExchange(probe: ExchangeProbe, { exchange, exchangeUrl, simulated }: Config): readonly Check[] {
  const { error, aheadMs } = probe;
  if (error !== null) {
    const cure = error.code === "exchange_geo_blocked" ? GEO_BLOCKED : (error.hint ?? "See the worker's log.");
    return [failed("answers", { seen: `${error.code}: ${error.message}`, cure })];
  }
  const checks = [ok("answers", `${exchange}${exchangeUrl === null ? "" : " at EXCHANGE_URL"}`), judgeSpeed(probe)];
  // A simulated market has a time of its own.
  return simulated || aheadMs === null ? checks : [...checks, judgeClock(aheadMs)];
}

function judgeSpeed({ dnsMs, tcpMs, tlsMs, firstByteMs }: ExchangeProbe): Check {
  const steps = [
    ["DNS", dnsMs],
    ["TCP", tcpMs],
    ["TLS", tlsMs],
    ["first byte", firstByteMs],
  ] as const;
  const seen = steps.flatMap(([name, ms]) => (ms === null ? [] : [`${name} ${ms} ms`])).join(", ");
  const slow = steps.filter(([, ms]) => ms !== null && ms > SLOW_MS).map(([name]) => name);
  const cure = slow.includes("DNS")
    ? "Look at the machine's resolver."
    : "Look at the network between here and the exchange.";
  return slow.length === 0
    ? ok("speed", seen)
    : warning("speed", { seen, expected: `each below ${SLOW_MS / 1000} s`, cure });
}

function judgeClock(aheadMs: number): Check {
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const seen = `ours is ${seconds} s ${aheadMs > 0 ? "behind" : "ahead"}`;
  if (Math.abs(aheadMs) < CLOCK_WARNING_MS) {
    return ok("clock", seen);
  }
  const wrong = {
    seen,
    expected: "less than 2 s apart",
    cure: "Let the machine set its clock: timedatectl set-ntp true.",
  };
  return Math.abs(aheadMs) < CLOCK_FAILED_MS ? warning("clock", wrong) : failed("clock", wrong);
}
