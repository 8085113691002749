import { SCORE_AVERAGE } from "./confluence/published-score.ts";
import { RELIABILITY } from "./confluence/reliability.ts";
import { SCORE } from "./confluence/score.ts";
import { ALL_COMPONENTS } from "./confluence/score-symbol.ts";
import { TIMEFRAME } from "./confluence/timeframe-view.ts";
import { INPUT_AGE } from "./domain/input-age.ts";
import { SWING } from "./indicators/fractals.ts";
import { AGAINST_BITCOIN } from "./market/against-bitcoin.ts";
import { FIVE_MINUTE_CHANGE } from "./market/five-minute-change.ts";
import { MARKET_FIGURES } from "./market/market-figures.ts";
import { OUTLOOK } from "./market/outlook.ts";
import { PRICE_MOVES } from "./market/price-moves.ts";
import { REGIME } from "./market/regime.ts";
import { REGIME_DWELL } from "./market/regime-dwell.ts";
import { RELATIVE_SCORE } from "./market/relative-score.ts";
import { RATING } from "./rating/rating-constants.ts";

/**
 * Every constant of the method: the tables of docs/methodology.md are written from it, and tests change each of its numbers, one
 * at a time, to see that the change is found.
 */
export const METHOD_RECORDS = {
  components: ALL_COMPONENTS,
  timeframe: TIMEFRAME,
  inputAge: INPUT_AGE,
  swing: SWING,
  score: SCORE,
  average: SCORE_AVERAGE,
  reliability: RELIABILITY,
  relative: RELATIVE_SCORE,
  regime: REGIME,
  regimeDwell: REGIME_DWELL,
  priceMoves: PRICE_MOVES,
  outlook: OUTLOOK,
  againstBitcoin: AGAINST_BITCOIN,
  fiveMinuteChange: FIVE_MINUTE_CHANGE,
  marketFigures: MARKET_FIGURES,
  rating: RATING,
};
