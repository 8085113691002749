import type { ExchangeApi, ExchangeRequest } from "../gateway/exchange-api.ts";
import type { ExchangeCaller } from "../limits/exchange-caller.ts";
import type { MarketTime } from "./market-time.ts";

/** The requests about one symbol. */
export interface SymbolSource {
  readonly symbol: string;
  readonly api: ExchangeApi;
  /** @throws ExchangeError, or the signal's reason when it is aborted */
  send<T>(request: ExchangeRequest<T>, signal: AbortSignal): Promise<T>;
}

export function createSymbolSource(
  symbol: string,
  api: ExchangeApi,
  caller: ExchangeCaller,
  marketTime: Pick<MarketTime, "check">,
): SymbolSource {
  return {
    symbol,
    api,
    send: ({ endpoint, send }, signal) => {
      const checked = (inner: AbortSignal) => send(inner, (time) => marketTime.check(endpoint, time));
      return caller.call({ endpoint, send: checked }, "symbol", signal);
    },
  };
}
