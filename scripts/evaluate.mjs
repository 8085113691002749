// `npm run evaluate -- --candles DIR`: what became of the scores that the engine gives for recorded candles, by the statistics of
// the live record. It writes a page with charts, its figures as JSON, and every evaluated score as CSV, into reports/evaluation.
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { evaluateOptions, OptionError } from "./evaluate/options.mjs";
import { pageOf } from "./evaluate/page.mjs";
import { runEvaluation } from "./evaluate/run.mjs";
import { CandleFileError } from "./lib/candle-files.mjs";
import { readOptions } from "./lib/read-options.mjs";

const USAGE =
  "usage: npm run evaluate -- --candles DIR [--from 2025-06-10] [--to 2025-06-20] [--every 15m] [--horizons 1h,4h,24h] [--fold 1m] [--min-symbols 20]";
const REPORTS = fileURLToPath(new URL("../reports/evaluation/", import.meta.url));

const { values, refuse } = readOptions("evaluate", USAGE, [
  "candles",
  "from",
  "to",
  "every",
  "horizons",
  "fold",
  "min-symbols",
]);

try {
  const { evaluation, moments } = await runEvaluation(evaluateOptions(values), process.stderr);
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(`${REPORTS}evaluation.json`, `${JSON.stringify(evaluation, null, 1)}\n`);
  writeFileSync(`${REPORTS}evaluation.html`, pageOf(evaluation));
  writeFileSync(`${REPORTS}moments.csv`, moments);
  console.log(`written: ${REPORTS}evaluation.html, evaluation.json and moments.csv`);
} catch (error) {
  if (error instanceof OptionError) {
    refuse(error.message);
  }
  if (!(error instanceof CandleFileError)) {
    throw error;
  }
  console.error(`evaluate: ${error.message}`);
  process.exitCode = 1;
}
