export { createExchangeGateway, type ExchangeGatewayOptions, type GatewayTiming } from "./create-exchange-gateway.ts";
export { createReferenceGateway, type ReferenceGatewayOptions } from "./create-reference-gateway.ts";
export { ExchangeError, type ExchangeErrorCode } from "./exchange-error.ts";
export type {
  BudgetUse,
  CollectionProblem,
  ExchangeGateway,
  FearGreed,
  GlobalMarket,
  MarketCollection,
  ReferenceCollection,
  ReferenceGateway,
  Sourced,
  SymbolCollection,
} from "./exchange-gateway.ts";
export { ReferenceDataError, type ReferenceErrorCode } from "./reference/reference-error.ts";
