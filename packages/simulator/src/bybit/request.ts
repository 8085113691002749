import { PulseboardError } from "@pulseboard/runtime";
import type { Market } from "../market/market.ts";
import type { SymbolMarket } from "../market/symbol-market.ts";

/** A request to the exchange, for its handler. */
export interface SimulatedRequest {
  readonly query: URLSearchParams;
  readonly market: Market;
  /** The `time` of the answer. */
  readonly timeMs: number;
  /** The moment whose state is shown. */
  readonly visibleMs: number;
}

/** The exchange rejects the request: HTTP 200 with this retCode and text. */
export class RequestRejected extends PulseboardError {
  readonly retCode: number;

  constructor(retCode: number, retMsg: string) {
    super(retMsg, { code: "request_refused", retryable: false });
    this.retCode = retCode;
  }
}

const PARAMS_ERROR = 10001;
const CATEGORIES = ["linear", "inverse", "spot", "option"];

export function rejectParameter(text: string): RequestRejected {
  return new RequestRejected(PARAMS_ERROR, `params error: ${text}`);
}

/** "linear" unless another one is named; only linear has contracts here, the others are empty. */
export function categoryOf(query: URLSearchParams, fallback?: "linear"): string {
  const category = query.get("category") ?? fallback;
  if (category === undefined || !CATEGORIES.includes(category)) {
    throw rejectParameter("Category is invalid");
  }
  return category;
}

/** The contract that `symbol` names. @throws RequestRejected when there is none */
export function symbolMarketOf(request: SimulatedRequest): SymbolMarket {
  const { query, market } = request;
  const symbol = query.get("symbol") ?? "";
  if (symbol === "") {
    throw rejectParameter("symbol invalid");
  }
  const found = market.symbols.find((candidate) => candidate.contract.symbol === symbol);
  if (found === undefined || !isListed(found, request.visibleMs) || categoryOf(query, "linear") !== "linear") {
    throw new RequestRejected(PARAMS_ERROR, "Not supported symbols");
  }
  return found;
}

/** A dated future leaves the lists when it is delivered. */
export function isListed({ contract }: SymbolMarket, timeMs: number): boolean {
  return contract.deliveryTimeMs === 0 || timeMs < contract.deliveryTimeMs;
}

/**
 * The number of rows to send. A limit above the maximum counts as the maximum; anything but a whole number above 0 is
 * rejected. (The real exchange does not document its own behaviour there.)
 */
export function limitOf(query: URLSearchParams, fallback: number, maximum: number): number {
  const text = query.get("limit");
  if (text === null || text === "") {
    return fallback;
  }
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1) {
    throw rejectParameter("limit invalid");
  }
  return Math.min(limit, maximum);
}

/** A time in ms; undefined when it was not given. */
export function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") {
    return undefined;
  }
  if (!/^\d+$/.test(text)) {
    throw rejectParameter(`${name} invalid`);
  }
  return Number(text);
}
