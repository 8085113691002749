/** A regime taken apart, with what each part means. */
export interface RegimeWords {
  readonly category: string;
  readonly label: string;
  /** What the category says about the scores, or about how far apart the coins move. */
  readonly categoryMeaning: string;
  readonly labelMeaning: string;
}

const CATEGORIES: Readonly<Record<string, string>> = {
  Volatile: "Coins move far apart: their 24 h changes differ by more than 15 % (standard deviation).",
  "Strong Bullish": "Scores are high: their mean is 58 or more.",
  Bullish: "Scores lean up: their mean is 53 or more.",
  Neutral: "Scores balance out: their mean is near 50.",
  Bearish: "Scores lean down: their mean is 47 or less.",
  "Strong Bearish": "Scores are low: their mean is 42 or less.",
};

const LABELS: Readonly<Record<string, string>> = {
  "Volatile Selloff": "Scores lean down.",
  "Volatile Rally": "Scores lean up.",
  "Choppy Waters": "Scores have no common direction.",

  "Euphoric Rally": "Most coins are up, 60 % or more, and the mood is greedy.",
  "Broad Rally": "Most coins are up: 60 % or more.",
  "Selective Strength": "Few coins are up, 30 % or less: a handful carries the market.",
  "Bullish Momentum": "The advance is neither broad nor carried by only a few.",

  "Alt Season": "Most coins are up, 60 % or more, while bitcoin's dominance falls.",
  "Risk-On": "Most coins are up: 60 % or more.",
  "Accumulation Zone": "The mood is still fearful.",
  "Mild Uptrend": "The advance is not broad.",

  Capitulation: "Few coins are up, 30 % or less, and fear is extreme.",
  "Broad Selloff": "Few coins are up: 30 % or less.",
  "Flight to BTC": "Bitcoin's dominance rises, by more than a point in 24 h.",
  "Bearish Momentum": "The decline is not broad.",

  "Distribution Zone": "The mood is still greedy.",
  "Risk-Off": "Few coins are up: 30 % or less.",
  "Mild Downtrend": "The decline is not broad.",

  "Choppy Range": "Coins move apart all the same: their 24 h changes differ by more than 8 %.",
  "Topping Formation": "Yet most coins are up, 60 % or more, and the mood is greedy.",
  "Bottoming Formation": "Yet few coins are up, 30 % or less, and the mood is fearful.",
  "Alt Accumulation": "Bitcoin's dominance falls, by more than a point in 24 h.",
  Consolidation: "Coins stay close together.",
};

/**
 * What a regime ("Bullish: Risk-On") means in words.
 *
 * @returns null for "UNKNOWN", and for anything that is not a category and a label. What a later version calls a regime is
 * shown under its name, without a meaning that we would have to invent.
 */
export function regimeWords(regime: string): RegimeWords | null {
  const [, category, label] = /^([^:]+): ([^:]+)$/.exec(regime) ?? [];
  if (category === undefined || label === undefined) return null;
  return { category, label, categoryMeaning: meaning(CATEGORIES, category), labelMeaning: meaning(LABELS, label) };
}

function meaning(words: Readonly<Record<string, string>>, name: string): string {
  return (Object.hasOwn(words, name) ? words[name] : undefined) ?? "";
}
