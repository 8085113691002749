import { hasOwn } from "../format/has-own.ts";
/** A regime split into category and label, each with its explanation; "" when unknown. */
export interface RegimeWords {
  readonly category: string;
  readonly label: string;
  /** Explains the category in terms of the scores, or of how far apart coins move. */
  readonly categoryMeaning: string;
  readonly labelMeaning: string;
}

const CATEGORIES: Readonly<Record<string, string>> = {
  Volatile: "Coins move far apart: their 24 h changes differ by more than 15 % (standard deviation).",
  "Strong Bullish": "Scores push up by 1.5 or more of a week's deviations.",
  Bullish: "Scores push up by 0.5 or more of a week's deviations.",
  Neutral: "Scores balance out: within 0.5 of a week's deviations.",
  Bearish: "Scores push down by 0.5 or more of a week's deviations.",
  "Strong Bearish": "Scores push down by 1.5 or more of a week's deviations.",
};

const LABELS: Readonly<Record<string, string>> = {
  "Volatile Selloff": "Scores lean down.",
  "Volatile Rally": "Scores lean up.",
  "Choppy Waters": "Scores have no common direction.",

  "Euphoric Rally": "Most coins are up, 60 % or more, and the mood is greedy.",
  "Broad Rally": "Most coins are up: 60 % or more.",
  "Selective Strength": "Few coins are up: 30 % or less.",
  "Bullish Momentum": "Between 30 and 60 % of the coins are up.",

  "Alt Season": "Most coins are up, 60 % or more, while bitcoin's dominance falls.",
  "Risk-On": "Most coins are up: 60 % or more.",
  "Accumulation Zone": "The mood is fearful.",
  "Mild Uptrend": "Fewer than 60 % of the coins are up.",

  Capitulation: "Few coins are up, 30 % or less, and fear is extreme.",
  "Broad Selloff": "Few coins are up: 30 % or less.",
  "Flight to BTC": "Bitcoin's dominance rises, by more than a point in 24 h.",
  "Bearish Momentum": "No broad selloff: more than 30 % of the coins are up.",

  "Distribution Zone": "The mood is greedy.",
  "Risk-Off": "Few coins are up: 30 % or less.",
  "Mild Downtrend": "No broad selloff: more than 30 % of the coins are up.",

  "Choppy Range": "Coins still move apart: their 24 h changes differ by more than 8 %.",
  "Topping Formation": "Yet most coins are up, 60 % or more, and the mood is greedy.",
  "Bottoming Formation": "Yet few coins are up, 30 % or less, and the mood is fearful.",
  "Alt Accumulation": "Bitcoin's dominance falls, by more than a point in 24 h.",
  Consolidation: "Coins stay close together: their 24 h changes differ by 8 % or less.",
};

/** Says if the share of rising coins was known; "not told" when only the regime itself is available. */
export type BreadthKnown = "known" | "unknown" | "not told";

/** Labels that also apply when the share of rising coins is unknown. */
const ALSO_WITHOUT_BREADTH: ReadonlySet<string> = new Set([
  "Bullish Momentum",
  "Mild Uptrend",
  "Bearish Momentum",
  "Mild Downtrend",
]);

const WITHOUT_BREADTH: Readonly<Record<BreadthKnown, string | undefined>> = {
  known: undefined,
  unknown: "It is unknown how many coins are up.",
  "not told": "",
};

/**
 * Explains a regime ("Bullish: Risk-On"). A regime of a later version is shown by name only, rather than with an
 * invented explanation.
 *
 * @returns null for "UNKNOWN" and for an empty string.
 */
export function regimeWords(regime: string, breadth: BreadthKnown): RegimeWords | null {
  if (regime === "" || regime === "UNKNOWN") {
    return null;
  }
  const [, category = "", label = regime] = /^([^:]+): ([^:]+)$/.exec(regime) ?? [];
  const labelMeaning = ALSO_WITHOUT_BREADTH.has(label) ? WITHOUT_BREADTH[breadth] : undefined;
  return {
    category,
    label,
    categoryMeaning: meaning(CATEGORIES, category),
    labelMeaning: labelMeaning ?? meaning(LABELS, label),
  };
}

function meaning(words: Readonly<Record<string, string>>, name: string): string {
  return (hasOwn(words, name) ? words[name] : undefined) ?? "";
}
