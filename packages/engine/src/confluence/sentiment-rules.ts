import { at, last } from "../indicators/columns.ts";
import { mean, populationDeviation } from "../indicators/statistics.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { decay, figure, formatNumber, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import type { SymbolView } from "./symbol-view.ts";

const BP = 10_000;
const FUNDING_MIN_SETTLEMENTS = 20;
const FUNDING_MAX_SETTLEMENTS = 200;
const FUNDING_MIN_DEVIATION_BP = 0.5;
const RATIO_MIN_HOURS = 48;
const RATIO_MAX_HOURS = 480;
const RATIO_MIN_DEVIATION = 0.02;
/** The share of accounts is kept this far from 0 and 1, where the log ratio would be infinite. */
const SHARE_MARGIN = 0.001;
const LIQUIDATION_HALF_LIFE_MS = 3.5 * 3_600_000;

/** The positioning of the crowd, read as a contrarian signal. */
export const SENTIMENT: ComponentRules = {
  component: "sentiment",
  weight: 0.07,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "funding_rate", weight: 0.4, per: "symbol", inputs: ["ticker", "funding_rate"], evaluate: fundingRate },
    { rule: "long_short_ratio", weight: 0.3, per: "symbol", inputs: ["long_account_share"], evaluate: longShortRatio },
    { rule: "basis", weight: 0.15, per: "symbol", inputs: ["ticker"], evaluate: basis },
    { rule: "liquidations", weight: 0.15, per: "symbol", inputs: ["liquidations"], evaluate: liquidations },
  ],
};

function fundingRate({ ticker, fundingRate8h }: SymbolView): RuleOutcome {
  if (!ticker.known) {
    return ticker;
  }
  if (ticker.value.fundingRate8h === null) {
    return missing("not_provided");
  }
  if (!fundingRate8h.known) {
    return fundingRate8h;
  }
  const settledBp = fundingRate8h.value.value.slice(-FUNDING_MAX_SETTLEMENTS).map((rate) => rate * BP);
  if (settledBp.length < FUNDING_MIN_SETTLEMENTS) {
    return missing("too_short");
  }
  const rateBp = ticker.value.fundingRate8h * BP;
  const meanBp = mean(settledBp) ?? 0;
  const deviationBp = Math.max(populationDeviation(settledBp) ?? 0, FUNDING_MIN_DEVIATION_BP);
  const unusual = (rateBp - meanBp) / deviationBp;
  return outcome(
    -squash(unusual, 1.5),
    [figure("funding_rate_8h", rateBp, "bp"), figure("mean", meanBp, "bp"), figure("z_score", unusual, "deviations")],
    `funding of ${formatNumber(rateBp, 2)} bp per 8 h is ${formatNumber(unusual, 1, true)} deviations from its mean`,
  );
}

function longShortRatio({ longAccountShare }: SymbolView): RuleOutcome {
  if (!longAccountShare.known) {
    return longAccountShare;
  }
  const shares = longAccountShare.value.value.slice(-RATIO_MAX_HOURS);
  if (shares.length < RATIO_MIN_HOURS) {
    return missing("too_short");
  }
  const ratios = shares.map(logRatio);
  const deviation = Math.max(populationDeviation(ratios) ?? 0, RATIO_MIN_DEVIATION);
  const unusual = (last(ratios) - (mean(ratios) ?? 0)) / deviation;
  const longPercent = last(shares) * 100;
  return outcome(
    -squash(unusual, 1.5),
    [figure("long_share", longPercent, "%"), figure("z_score", unusual, "deviations")],
    `${formatNumber(longPercent, 1)} % of accounts are long, ${formatNumber(unusual, 1, true)} deviations from usual`,
  );
}

/** log(long / short). */
function logRatio(longShare: number): number {
  const long = Math.min(1 - SHARE_MARGIN, Math.max(SHARE_MARGIN, longShare));
  return Math.log(long / (1 - long));
}

function basis({ ticker }: SymbolView): RuleOutcome {
  if (!ticker.known) {
    return ticker;
  }
  const { markPrice, indexPrice } = ticker.value;
  if (markPrice === null || indexPrice === null) {
    return missing("not_provided");
  }
  const basisBp = ((markPrice - indexPrice) / indexPrice) * BP;
  return outcome(
    -squash(basisBp, 10),
    [figure("basis", basisBp, "bp")],
    `the perpetual trades ${formatNumber(Math.abs(basisBp), 1)} bp ${basisBp < 0 ? "below" : "above"} its index`,
  );
}

function liquidations({ liquidations: input }: SymbolView): RuleOutcome {
  if (!input.known) {
    return input;
  }
  const { timeMs, quantityBase, positionSide } = input.value;
  let shorts = 0;
  let longs = 0;
  for (let i = 0; i < timeMs.length; i++) {
    const quantity = at(quantityBase, i) * decay(input.asOfMs - at(timeMs, i), LIQUIDATION_HALF_LIFE_MS);
    if (at(positionSide, i) > 0) {
      longs += quantity;
    } else {
      shorts += quantity;
    }
  }
  if (longs + shorts === 0) {
    return missing("no_activity");
  }
  const ratio = (shorts - longs) / (shorts + longs);
  const shortShare = 50 + 50 * ratio;
  return outcome(
    ratio,
    [figure("short_share_of_liquidations", shortShare, "%"), figure("quantity", shorts + longs, "base")],
    `${formatNumber(shortShare)} % of what was liquidated lately were shorts`,
  );
}
