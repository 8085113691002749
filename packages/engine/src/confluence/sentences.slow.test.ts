import { expect, test } from "vitest";
import { brokenSentences, generatedAnalyses } from "../testing/generated-sentences.ts";

test("each number of each sentence is one of its figures, over 1,000 generated markets", () => {
  expect([...generatedAnalyses(1000)].flatMap(brokenSentences)).toEqual([]);
});
