export { resampleCandles } from "./candles/resample-candles.ts";
export { scoreSymbol } from "./confluence/score-symbol.ts";
export type {
  Book,
  Candles,
  Liquidations,
  Ticker,
  TimeSeries,
  TimeSpan,
  Trades,
} from "./domain/market-data.ts";
export type {
  Breadth,
  MarketFigures,
  Movers,
  PerpsFigures,
  RealisedVolatility,
  Regime,
  RegimeInput,
} from "./domain/market-figures.ts";
export type {
  ComponentName,
  ComponentResult,
  Figure,
  IndicatorVote,
  InputStatus,
  ReliabilityFactors,
  RuleResult,
  SignalWithReason,
  SymbolAnalysis,
  TechnicalRating,
  TimeframeResult,
} from "./domain/symbol-analysis.ts";
export { COMPONENTS } from "./domain/symbol-analysis.ts";
export type {
  Input,
  KnownInput,
  MissingInput,
  MissingReason,
  SymbolInputs,
  Timeframe,
} from "./domain/symbol-inputs.ts";
export { TIMEFRAME_MS, TIMEFRAMES } from "./domain/symbol-inputs.ts";
export { fundingZScore } from "./market/funding-z-score.ts";
export { longShortEntropy } from "./market/long-short-entropy.ts";
export { computeMarketFigures } from "./market/market-figures.ts";
export type { MoversOptions } from "./market/movers.ts";
export { findMovers } from "./market/movers.ts";
export { computePerpsFigures } from "./market/perps-figures.ts";
export { btcRealisedVolatility } from "./market/realised-volatility.ts";
export { classifyRegime } from "./market/regime.ts";
export { technicalRating } from "./rating/technical-rating.ts";
