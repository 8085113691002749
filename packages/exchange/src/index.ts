export { requestsPerSymbol } from "./collectors/requests-per-symbol.ts";
export { createExchangeGateway, requestLimitOf } from "./create-exchange-gateway.ts";
export { createReferenceGateway } from "./create-reference-gateway.ts";
export { EXCHANGE_DURATIONS } from "./durations.ts";
export type { CollectionProblem } from "./errors/collection-problem.ts";
export { ExchangeError, type ExchangeErrorCode } from "./errors/exchange-error.ts";
export type { ReferenceErrorCode } from "./errors/reference-error.ts";
export type { ExchangeGateway } from "./gateway/exchange-gateway.ts";
export type {
  FearGreed,
  GlobalMarket,
  ReferenceCollection,
  ReferenceGateway,
  WithProvenance,
} from "./gateway/reference-gateway.ts";
export type { ExchangePause } from "./limits/circuit-breaker.ts";
export { BYBIT_ADDRESS, type ExchangeProbe, probeExchange } from "./probe/probe-exchange.ts";
export { probeReference } from "./probe/probe-reference.ts";
