import { COLLECT_OPTIONS, HORIZONS, LIVE_FIGURES, RECORD_METHOD, type SummaryOptions } from "@pulseboard/history";

/** Named before there was any record: the share of scores of 65 and more that beat the median in the next hour. */
export const NAMED = { horizon: "1h", line: "score_65" } as const;

export const SUMMARY_OPTIONS: SummaryOptions = {
  horizons: HORIZONS,
  ranked: LIVE_FIGURES.ranked.map(({ name }) => name),
  lines: LIVE_FIGURES.lines.map(({ name }) => name),
  inputs: LIVE_FIGURES.inputs,
  named: NAMED,
  gated: "outlook",
  momentEveryMs: COLLECT_OPTIONS.momentEveryMs,
  minimumDays: {
    "1h": RECORD_METHOD.horizons["1h"].minimumDays,
    "4h": RECORD_METHOD.horizons["4h"].minimumDays,
    "24h": RECORD_METHOD.horizons["24h"].minimumDays,
  },
};
