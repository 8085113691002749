import type { ExchangeApi, ExchangeRequest } from "../gateway/exchange-api.ts";
import type { ExchangeCaller } from "../limits/exchange-caller.ts";

/** The requests about one symbol. */
export interface SymbolSource {
  readonly symbol: string;
  readonly api: ExchangeApi;
  /** @throws ExchangeError, or the signal's reason when it is aborted */
  send<T>(request: ExchangeRequest<T>, signal: AbortSignal): Promise<T>;
}

export function createSymbolSource(symbol: string, api: ExchangeApi, caller: ExchangeCaller): SymbolSource {
  return { symbol, api, send: (request, signal) => caller.call(request, "symbol", signal) };
}
