import { PulseboardError } from "@pulseboard/runtime";

/** Every way in which a call to an exchange can fail. */
export type ExchangeErrorCode =
  | "exchange_unreachable"
  | "exchange_timeout"
  | "exchange_unavailable"
  | "exchange_rate_limited"
  | "exchange_banned"
  | "exchange_geo_blocked"
  | "exchange_bad_body"
  | "exchange_bad_request"
  | "exchange_is_simulator"
  | "exchange_frozen"
  | "exchange_lagging"
  | "exchange_wrong_time"
  | "unknown_symbol";

interface CodeRule {
  /** True if the same call can succeed later. */
  readonly retryable: boolean;
  /** True if the same call can succeed within seconds, so that the gateway repeats it. */
  readonly retryNow: boolean;
  readonly hint: string;
}

const RULES: Readonly<Record<ExchangeErrorCode, CodeRule>> = {
  exchange_unreachable: {
    retryable: true,
    retryNow: true,
    hint: "Check the network and EXCHANGE_URL; to look around without the exchange, run the demo.",
  },
  exchange_timeout: {
    retryable: true,
    retryNow: true,
    hint: "The exchange or the network is slow; the next refresh asks again.",
  },
  exchange_unavailable: {
    retryable: true,
    retryNow: true,
    hint: "The exchange reports a problem on its side; the next refresh asks again.",
  },
  exchange_rate_limited: {
    retryable: true,
    retryNow: false,
    hint: "Lower REQUEST_BUDGET_SHARE, or look for other programs that use this address.",
  },
  exchange_banned: {
    retryable: true,
    retryNow: false,
    hint: "The ban lifts by itself; lower REQUEST_BUDGET_SHARE, or look for other programs that use this address.",
  },
  exchange_geo_blocked: {
    retryable: false,
    retryNow: false,
    hint: "The exchange does not serve this country or data centre and waiting does not help: run from another region, set EXCHANGE_URL to a mirror, or run the demo. It is probed once per 10 min.",
  },
  exchange_bad_body: {
    retryable: true,
    retryNow: true,
    hint: "If this continues, the exchange has changed its format, or a proxy stands in between.",
  },
  exchange_bad_request: {
    retryable: false,
    retryNow: false,
    hint: "Check EXCHANGE_URL; if it is right, the exchange has changed its API.",
  },
  exchange_is_simulator: {
    retryable: false,
    retryNow: false,
    hint: "Set EXCHANGE=simulator, or EXCHANGE_URL to the exchange.",
  },
  exchange_frozen: {
    retryable: true,
    retryNow: false,
    hint: "The exchange, or a cache in front of it, gives the same old answers; see whether EXCHANGE_URL is a mirror.",
  },
  exchange_lagging: {
    retryable: true,
    retryNow: true,
    hint: "One of the exchange's servers is behind the others; the next answer is usually another one's.",
  },
  exchange_wrong_time: {
    retryable: true,
    retryNow: true,
    hint: "A single answer of another time is not used; if the next one agrees with it, that one is.",
  },
  unknown_symbol: {
    retryable: false,
    retryNow: false,
    hint: "The symbol was delisted or renamed; it disappears with the next list of instruments.",
  },
};

export interface ExchangeErrorOptions {
  readonly code: ExchangeErrorCode;
  /** "/v5/market/kline". */
  readonly endpoint: string;
  /** One sentence with the endpoint and the reason. */
  readonly message: string;
  /** How long the exchange asks us to wait, null where it does not say. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** A failed call to the exchange, classified where it enters the program. */
export class ExchangeError extends PulseboardError {
  override readonly code: ExchangeErrorCode;
  readonly endpoint: string;
  readonly retryAfterMs: number | null;
  /** True if repeating the call within seconds may help; it never cures a ban, a rate limit or a bad request. */
  readonly retryNow: boolean;

  constructor({ code, endpoint, message, retryAfterMs, cause }: ExchangeErrorOptions) {
    const { retryable, retryNow, hint } = RULES[code];
    super(message, { code, retryable, hint, cause });
    this.code = code;
    this.endpoint = endpoint;
    this.retryAfterMs = retryAfterMs ?? null;
    this.retryNow = retryNow;
  }
}

/** A complete answer whose body cannot be used. */
export function badBody(endpoint: string, reason: string): ExchangeError {
  return new ExchangeError({
    code: "exchange_bad_body",
    endpoint,
    message: `The exchange answered ${endpoint} with a body that cannot be used (${reason}).`,
  });
}
