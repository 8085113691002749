import { RECORD_METHOD } from "@pulseboard/history";
import { readCandleFiles, symbolsIn } from "../lib/candle-files.mjs";
import { evaluate } from "./evaluation.mjs";
import { momentsTable } from "./moments-table.mjs";
import { FEW_SYMBOLS, OptionError } from "./options.mjs";
import { planOf } from "./plan.mjs";
import { progressBar } from "./progress-bar.mjs";
import { scoreSymbols } from "./score-symbols.mjs";
import { foldTimes } from "./symbol-scores.mjs";

/**
 * Reads a folder of recorded candles, scores it, and evaluates the scores.
 *
 * @param {import("./options.mjs").EvaluateOptions} options
 * @param {{ isTTY?: boolean, write: (text: string) => unknown }} terminal for the bar
 * @returns {Promise<{ evaluation: import("./evaluation.mjs").Evaluation, moments: string }>} and every evaluated score as CSV
 * @throws {OptionError | import("../lib/candle-files.mjs").CandleFileError}
 */
export async function runEvaluation(options, terminal) {
  const { candles, horizons } = options;
  const symbols = symbolsIn(candles);
  const minSymbols =
    options.minSymbols ?? (symbols.length < RECORD_METHOD.minSymbols ? FEW_SYMBOLS : RECORD_METHOD.minSymbols);
  if (symbols.length < minSymbols) {
    throw new OptionError(
      `${candles} has ${symbols.length} symbols, and an evaluation needs ${minSymbols} (--min-symbols)`,
    );
  }
  const market = symbols.map((symbol) => ({ symbol, candles: readCandleFiles(candles, symbol) }));
  const plan = planOf(market, options);
  const bar = progressBar(terminal, `scoring ${symbols.length} symbols`, symbols.length * foldTimes(plan).length);
  const scores = await scoreSymbols(market, plan, bar.advance);
  bar.end();
  const moments = momentsTable();
  const evaluation = evaluate(market, scores, plan, { minSymbols, horizons, onRefresh: moments.take });
  return { evaluation, moments: moments.text() };
}
