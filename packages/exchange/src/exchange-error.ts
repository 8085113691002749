import { PulseboardError } from "@pulseboard/runtime";

/** Everything that can go wrong between us and the exchange, and nothing else. */
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
  | "unknown_symbol";

interface CodeRule {
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;
  /** Whether the same call can succeed within seconds, so that we try it again ourselves. */
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
    hint: "The exchange or the network is slow; it is asked again with the next refresh.",
  },
  exchange_unavailable: {
    retryable: true,
    retryNow: true,
    hint: "The exchange has trouble of its own; it is asked again with the next refresh.",
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
    hint: "If it goes on, the exchange changed its format, or a proxy stands in between.",
  },
  exchange_bad_request: {
    retryable: false,
    retryNow: false,
    hint: "Check EXCHANGE_URL; if it is right, the exchange changed its API.",
  },
  exchange_is_simulator: {
    retryable: false,
    retryNow: false,
    hint: "Set EXCHANGE=simulator, or EXCHANGE_URL to the exchange.",
  },
  unknown_symbol: {
    retryable: false,
    retryNow: false,
    hint: "The symbol was delisted or renamed; it leaves with the next list of instruments.",
  },
};

export interface ExchangeErrorOptions {
  readonly code: ExchangeErrorCode;
  /** "/v5/market/kline". */
  readonly endpoint: string;
  /** One sentence: the endpoint and the reason. */
  readonly message: string;
  /** How long the exchange asks us to wait, where it does. */
  readonly retryAfterMs?: number | null;
  readonly cause?: unknown;
}

/** A call to the exchange that failed, named where it entered the program. */
export class ExchangeError extends PulseboardError {
  override readonly code: ExchangeErrorCode;
  readonly endpoint: string;
  readonly retryAfterMs: number | null;
  /** Whether trying again within seconds may help. A ban, a limit or a wrong question is not cured by asking again. */
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
