import { at, last } from "../indicators/columns.ts";
import { mean, populationDeviation } from "../indicators/statistics.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { decay, type Finding, figure, finding, missing, say, squash } from "./finding.ts";
import type { SymbolView } from "./symbol-view.ts";

const BP = 10_000;
const FUNDING_MIN_SETTLEMENTS = 20;
const FUNDING_MAX_SETTLEMENTS = 200;
const FUNDING_MIN_DEVIATION_BP = 0.5;
const RATIO_MIN_HOURS = 48;
const RATIO_MAX_HOURS = 480;
const RATIO_MIN_DEVIATION = 0.02;
/** A share of accounts is kept this far from none and all, where the ratio would be endless. */
const SHARE_MARGIN = 0.001;
const LIQUIDATION_HALF_LIFE_MS = 3.5 * 3_600_000;

/** How the crowd is positioned, read against it. */
export const SENTIMENT: ComponentRules = {
  component: "sentiment",
  weight: 0.07,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    { rule: "funding_rate", weight: 0.4, per: "symbol", inputs: ["ticker", "funding_rate"], find: fundingRate },
    { rule: "long_short_ratio", weight: 0.3, per: "symbol", inputs: ["long_account_share"], find: longShortRatio },
    { rule: "basis", weight: 0.15, per: "symbol", inputs: ["ticker"], find: basis },
    { rule: "liquidations", weight: 0.15, per: "symbol", inputs: ["liquidations"], find: liquidations },
  ],
};

function fundingRate({ ticker, fundingRate8h }: SymbolView): Finding {
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
  return finding(
    -squash(unusual, 1.5),
    [figure("funding_rate_8h", rateBp, "bp"), figure("mean", meanBp, "bp"), figure("z_score", unusual, "deviations")],
    `funding of ${say(rateBp, 2)} bp per 8 h is ${say(unusual, 1, true)} deviations from its mean`,
  );
}

function longShortRatio({ longAccountShare }: SymbolView): Finding {
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
  return finding(
    -squash(unusual, 1.5),
    [figure("long_share", longPercent, "%"), figure("z_score", unusual, "deviations")],
    `${say(longPercent, 1)} % of accounts are long, ${say(unusual, 1, true)} deviations from usual`,
  );
}

/** log(long / short). */
function logRatio(longShare: number): number {
  const long = Math.min(1 - SHARE_MARGIN, Math.max(SHARE_MARGIN, longShare));
  return Math.log(long / (1 - long));
}

function basis({ ticker }: SymbolView): Finding {
  if (!ticker.known) {
    return ticker;
  }
  const { markPrice, indexPrice } = ticker.value;
  if (markPrice === null || indexPrice === null) {
    return missing("not_provided");
  }
  const basisBp = ((markPrice - indexPrice) / indexPrice) * BP;
  return finding(
    -squash(basisBp, 10),
    [figure("basis", basisBp, "bp")],
    `the perpetual trades ${say(Math.abs(basisBp), 1)} bp ${basisBp < 0 ? "below" : "above"} its index`,
  );
}

function liquidations({ liquidations: input }: SymbolView): Finding {
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
  return finding(
    ratio,
    [figure("short_share_of_liquidations", shortShare, "%"), figure("quantity", shorts + longs, "base")],
    `${say(shortShare)} % of what was liquidated lately were shorts`,
  );
}
