export { type CandleRow, candlesFromRows } from "./candles/candles-from-rows.ts";
export { resampleCandles } from "./candles/resample-candles.ts";
export { withoutInput } from "./checks/check-inputs.ts";
export { foldScore, type PublishedScore, SCORE_AVERAGE, type ScoreAverage } from "./confluence/published-score.ts";
export { type CandleInputs, scoreCandles } from "./confluence/score-candles.ts";
export { scoreSymbol } from "./confluence/score-symbol.ts";
export { EngineInputError, type InputPath } from "./domain/engine-input-error.ts";
export { INPUT_AGE } from "./domain/input-age.ts";
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
export { METHOD_VERSION } from "./domain/method-version.ts";
export type {
  ComponentName,
  ComponentResult,
  Contributions,
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
export { accumulationDistribution } from "./indicators/accumulation-distribution.ts";
export { type Adx, adx } from "./indicators/adx.ts";
export { atr } from "./indicators/atr.ts";
export { awesomeOscillator } from "./indicators/awesome-oscillator.ts";
export { cci } from "./indicators/cci.ts";
export { chaikinMoneyFlow } from "./indicators/chaikin-money-flow.ts";
export { type ChaikinOscillatorPeriods, chaikinOscillator } from "./indicators/chaikin-oscillator.ts";
export type { Column, HighLow, HighLowClose, HighLowCloseVolume } from "./indicators/columns.ts";
export { type ElderRay, elderRay } from "./indicators/elder-ray.ts";
export { ema } from "./indicators/ema.ts";
export { highest, lowest } from "./indicators/extremes.ts";
export { hma } from "./indicators/hma.ts";
export { type Ichimoku, type IchimokuPeriods, ichimoku } from "./indicators/ichimoku.ts";
export { type Macd, type MacdPeriods, macd } from "./indicators/macd.ts";
export { medianPrice } from "./indicators/median-price.ts";
export { momentum } from "./indicators/momentum.ts";
export { moneyFlowVolume } from "./indicators/money-flow-volume.ts";
export { obv } from "./indicators/obv.ts";
export { rsi } from "./indicators/rsi.ts";
export { sma } from "./indicators/sma.ts";
export { smma } from "./indicators/smma.ts";
export { type Stochastic, type StochasticPeriods, stochastic } from "./indicators/stochastic.ts";
export { type StochasticRsiPeriods, stochasticRsi } from "./indicators/stochastic-rsi.ts";
export { trueRange } from "./indicators/true-range.ts";
export { typicalPrice } from "./indicators/typical-price.ts";
export { type UltimateOscillatorPeriods, ultimateOscillator } from "./indicators/ultimate-oscillator.ts";
export { vwap } from "./indicators/vwap.ts";
export { vwma } from "./indicators/vwma.ts";
export { williamsR } from "./indicators/williams-r.ts";
export { wma } from "./indicators/wma.ts";
export { type AgainstBitcoin, againstBitcoin } from "./market/against-bitcoin.ts";
export {
  FIVE_MINUTE_CHANGE,
  type FigureOrReason,
  type FiveMinuteChange,
  fiveMinuteChange,
} from "./market/five-minute-change.ts";
export { fundingZScore } from "./market/funding-z-score.ts";
export { longShortEntropy } from "./market/long-short-entropy.ts";
export { computeMarketFigures } from "./market/market-figures.ts";
export type { MoversOptions } from "./market/movers.ts";
export { findMovers } from "./market/movers.ts";
export { type Outlook, type OutlookMove, type OutlookOrReason, outlooks, type SymbolMoves } from "./market/outlook.ts";
export { computePerpsFigures } from "./market/perps-figures.ts";
export { logMove, type PriceMoves, priceMoves } from "./market/price-moves.ts";
export { btcRealisedVolatility } from "./market/realised-volatility.ts";
export { classifyRegime, REGIME } from "./market/regime.ts";
export { dwellOnRegime, type RegimeDwell, type ShownRegime } from "./market/regime-dwell.ts";
export { type PublishedSignal, type RelativeScore, relativeScores } from "./market/relative-score.ts";
export { METHOD_RECORDS } from "./method-records.ts";
export { technicalRating } from "./rating/technical-rating.ts";
