import { at, last } from "../indicators/columns.ts";
import { createScratch } from "../indicators/scratch.ts";
import { columnStatistics } from "../indicators/statistics.ts";
import { ALL_TIMEFRAMES, type ComponentRules } from "./component-rules.ts";
import { decay, figure, missing, outcome, type RuleOutcome, squash } from "./rule-outcome.ts";
import { formatDuration, formatNumber } from "./sentence-numbers.ts";
import type { SymbolView } from "./symbol-view.ts";

const BP = 10_000;
const FUNDING_RATE = { minSettlements: 20, maxSettlements: 200, minDeviationBp: 0.5, scaleDeviations: 1.5 };
const LONG_SHORT_RATIO = {
  minHours: 48,
  maxHours: 480,
  minDeviation: 0.02,
  /** The share of accounts is kept this far from 0 and 1, where the log ratio would be infinite. */
  shareMargin: 0.001,
  scaleDeviations: 1.5,
};
const BASIS = { scaleBp: 10 };
const HOUR_MS = 3_600_000;
const LIQUIDATIONS = { halfLifeMs: 3.5 * HOUR_MS };

/** The positioning of the crowd, read as a contrarian signal. */
export const SENTIMENT: ComponentRules = {
  component: "sentiment",
  weight: 0.07,
  timeframeWeights: ALL_TIMEFRAMES,
  rules: [
    {
      rule: "funding_rate",
      weight: 0.4,
      per: "symbol",
      inputs: ["ticker", "funding_rate"],
      constants: FUNDING_RATE,
      evaluate: fundingRate,
    },
    {
      rule: "long_short_ratio",
      weight: 0.3,
      per: "symbol",
      inputs: ["long_account_share"],
      constants: LONG_SHORT_RATIO,
      evaluate: longShortRatio,
    },
    { rule: "basis", weight: 0.15, per: "symbol", inputs: ["ticker"], constants: BASIS, evaluate: basis },
    {
      rule: "liquidations",
      weight: 0.15,
      per: "symbol",
      inputs: ["liquidations"],
      constants: LIQUIDATIONS,
      evaluate: liquidations,
    },
  ],
};

/** The rates and ratios whose mean and deviation are computed. */
const memory = createScratch();

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
  const settled = fundingRate8h.value.value.subarray(-FUNDING_RATE.maxSettlements);
  if (settled.length < FUNDING_RATE.minSettlements) {
    return missing("too_short");
  }
  const settledBp = memory(settled.length);
  for (let i = 0; i < settled.length; i++) {
    settledBp[i] = at(settled, i) * BP;
  }
  const rateBp = ticker.value.fundingRate8h * BP;
  const { mean: meanBp, deviation } = columnStatistics(settledBp);
  const deviationBp = Math.max(deviation, FUNDING_RATE.minDeviationBp);
  const unusual = (rateBp - meanBp) / deviationBp;
  return outcome(
    -squash(unusual, FUNDING_RATE.scaleDeviations),
    [
      figure("funding_rate_8h", rateBp, "bp"),
      figure("mean", meanBp, "bp"),
      figure("settlements", settledBp.length, ""),
      figure("z_score", unusual, "deviations"),
    ],
    `funding of ${formatNumber(rateBp, 2)} bp per 8 h is ${formatNumber(unusual, 1, true)} deviations from the mean of ${settledBp.length} settlements`,
  );
}

function longShortRatio({ longAccountShare }: SymbolView): RuleOutcome {
  if (!longAccountShare.known) {
    return longAccountShare;
  }
  const shares = longAccountShare.value.value.subarray(-LONG_SHORT_RATIO.maxHours);
  if (shares.length < LONG_SHORT_RATIO.minHours) {
    return missing("too_short");
  }
  const ratios = memory(shares.length);
  for (let i = 0; i < shares.length; i++) {
    ratios[i] = logRatio(at(shares, i));
  }
  const { mean, deviation } = columnStatistics(ratios);
  const unusual = (last(ratios) - mean) / Math.max(deviation, LONG_SHORT_RATIO.minDeviation);
  const longPercent = last(shares) * 100;
  return outcome(
    -squash(unusual, LONG_SHORT_RATIO.scaleDeviations),
    [
      figure("long_share", longPercent, "%"),
      figure("values", shares.length, ""),
      figure("z_score", unusual, "deviations"),
    ],
    `${formatNumber(longPercent, 1)} % of accounts are long, ${formatNumber(unusual, 1, true)} deviations from the mean of ${shares.length} hourly values`,
  );
}

/** log(long / short). */
function logRatio(longShare: number): number {
  const { shareMargin } = LONG_SHORT_RATIO;
  const long = Math.min(1 - shareMargin, Math.max(shareMargin, longShare));
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
    -squash(basisBp, BASIS.scaleBp),
    [figure("basis", basisBp, "bp")],
    `the mark price is ${formatNumber(basisBp, 1, true)} bp from its index`,
  );
}

function liquidations({ liquidations: input }: SymbolView): RuleOutcome {
  if (!input.known) {
    return input;
  }
  const { timeMs, quantityBase, positionSide } = input.value;
  // Weighed from the newest one: what all have lost since cancels out of the ratio, and would underflow after months.
  const newestMs = last(timeMs);
  let shorts = 0;
  let longs = 0;
  for (let i = 0; i < timeMs.length; i++) {
    const quantity = at(quantityBase, i) * decay(newestMs - at(timeMs, i), LIQUIDATIONS.halfLifeMs);
    if ((positionSide[i] ?? 0) > 0) {
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
  const quantity = (shorts + longs) * decay(input.asOfMs - newestMs, LIQUIDATIONS.halfLifeMs);
  if (quantity === 0) {
    return missing("no_activity");
  }
  return outcome(
    ratio,
    [
      figure("short_share_of_liquidations", shortShare, "%"),
      figure("quantity", quantity, "base"),
      figure("half_life", LIQUIDATIONS.halfLifeMs / HOUR_MS, "h"),
    ],
    `${formatNumber(shortShare)} % of what was liquidated were shorts, with a weight that halves every ${formatDuration(LIQUIDATIONS.halfLifeMs / HOUR_MS)} h`,
  );
}
