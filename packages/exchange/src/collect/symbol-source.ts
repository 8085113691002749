import type { Endpoint, QueryParams } from "../transport/endpoints.ts";
import type { Envelope } from "../transport/envelope.ts";
import type { ExchangeCaller } from "../transport/exchange-caller.ts";

/** Asks about one symbol. */
export interface SymbolSource {
  readonly symbol: string;
  get<T>(endpoint: Endpoint, params: QueryParams, signal: AbortSignal, parse: (envelope: Envelope) => T): Promise<T>;
}

export function createSymbolSource(symbol: string, caller: ExchangeCaller): SymbolSource {
  return {
    symbol,
    get: (endpoint, params, signal, parse) =>
      caller.call({ endpoint, params: { category: "linear", symbol, ...params }, lane: "symbol", signal, parse }),
  };
}
