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
  Reading,
  ReliabilityFactors,
  RuleResult,
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
