// `npm run docs:evaluation`: evaluates the recorded candles, and writes docs/evaluation.json and its part of docs/evaluation.md. A test
// fails while the two differ. It ends with 3 where there is no recorded market data.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fillEvaluation } from "./evaluate/markdown.mjs";
import { evaluateOptions } from "./evaluate/options.mjs";
import { runEvaluation } from "./evaluate/run.mjs";
import { haveRecordings, RECORDED_CANDLES } from "./measure-score/recorded-candles.mjs";

const DOCS = fileURLToPath(new URL("../docs/", import.meta.url));
const CANNOT_LOOK = 3;

if (!haveRecordings()) {
  console.log("skipped: no recorded market data beside the checkout");
  process.exit(CANNOT_LOOK);
}
const { evaluation } = await runEvaluation(evaluateOptions({ candles: RECORDED_CANDLES }), process.stderr);
writeFileSync(`${DOCS}evaluation.json`, `${JSON.stringify(evaluation, null, 1)}\n`);
writeFileSync(`${DOCS}evaluation.md`, fillEvaluation(readFileSync(`${DOCS}evaluation.md`, "utf8"), evaluation));
