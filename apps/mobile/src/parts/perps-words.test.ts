import { expect, test } from "vitest";
import { basisWords, entropyWords, fundingWords, zScoreWords } from "./perps-words.ts";

test.each([
  [0, "nobody pays"],
  [0.0001, "longs pay shorts, slightly"],
  [0.0002, "longs pay shorts, slightly"],
  [0.0003, "longs pay shorts, moderately"],
  [0.0006, "longs pay shorts, strongly"],
  [-0.00001, "shorts pay longs, slightly"],
  [-0.0003, "shorts pay longs, moderately"],
  [-0.0006, "shorts pay longs, strongly"],
])("a funding rate of %d per 8 h: %s", (rate, words) => {
  expect(fundingWords(rate)).toBe(words);
});

test.each([
  [0, "usual"],
  [-0.99, "usual"],
  [1, "higher than usual"],
  [-1.5, "lower than usual"],
  [2, "much higher than usual"],
  [-2.5, "much lower than usual"],
  [3, "extremely high"],
  [-7, "extremely low"],
])("%d deviations: %s", (zScore, words) => {
  expect(zScoreWords(zScore)).toBe(words);
});

test.each([
  [0.011, "contango"],
  [0.01, "in line"],
  [0, "in line"],
  [-0.01, "in line"],
  [-0.011, "backwardation"],
])("a basis of %d %%: %s", (percent, word) => {
  expect(basisWords(percent)).toContain(word);
});

test.each([
  [1, "evenly split"],
  [0.99, "evenly split"],
  [0.95, "leaning to one side"],
  [0.5, "crowded on one side"],
])("an entropy of %d: %s", (entropy, words) => {
  expect(entropyWords(entropy)).toBe(words);
});
