import { expect, test } from "vitest";
import { brokenSentences, generatedAnalyses } from "../testing/generated-sentences.ts";

test("each number of each sentence is one of its figures, over 100 generated markets", () => {
  expect([...generatedAnalyses(100)].flatMap(brokenSentences)).toEqual([]);
});
