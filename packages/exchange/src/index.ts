export { createExchangeGateway, type ExchangeGatewayOptions } from "./create-exchange-gateway.ts";
export { createReferenceGateway, type ReferenceGatewayOptions } from "./create-reference-gateway.ts";
export { EXCHANGE_DURATIONS, type ExchangeDurations } from "./durations.ts";
export type { CollectionProblem } from "./errors/collection-problem.ts";
export { ExchangeError, type ExchangeErrorCode } from "./errors/exchange-error.ts";
export { ReferenceDataError, type ReferenceErrorCode } from "./errors/reference-error.ts";
export type { BudgetUse, ExchangeGateway, MarketCollection, SymbolCollection } from "./gateway/exchange-gateway.ts";
export type {
  FearGreed,
  GlobalMarket,
  ReferenceCollection,
  ReferenceGateway,
  WithProvenance,
} from "./gateway/reference-gateway.ts";
