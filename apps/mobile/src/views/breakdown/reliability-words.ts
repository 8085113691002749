import type { ConfluenceAnalysis } from "@pulseboard/snapshot";

type Factor = keyof ConfluenceAnalysis["reliability_factors"];

/** The factors of the reliability in the order of the method, and what each one measures. */
export const RELIABILITY_FACTORS: readonly {
  readonly factor: Factor;
  readonly title: string;
  readonly meaning: string;
}[] = [
  { factor: "coverage", title: "Coverage", meaning: "how much of what the score is made of is known" },
  { factor: "freshness", title: "Freshness", meaning: "how much of that rests on fresh inputs" },
  { factor: "consensus", title: "Consensus", meaning: "how far the components agree; counts half" },
  { factor: "quality", title: "Quality", meaning: "how tight the spread and how deep the book" },
];
