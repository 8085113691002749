import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** @typedef {import("./plan.mjs").Plan} Plan */
/** @typedef {import("./plan.mjs").RecordedMarket} RecordedMarket */
/** @typedef {import("./symbol-scores.mjs").SymbolScores} SymbolScores */

/**
 * Scores all symbols, as many at a time as there are processors.
 *
 * @param {readonly RecordedMarket[]} market @param {Plan} plan @param {(folds: number) => void} onProgress
 * @returns {Promise<SymbolScores[]>} in the order of the symbols
 */
export async function scoreSymbols(market, plan, onProgress) {
  /** @type {SymbolScores[]} */
  const scores = [];
  const waiting = market.map((recorded, place) => ({ recorded, place }));
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      scores[next.place] = await scoreInThread(next.recorded, plan, onProgress);
    }
  };
  await Promise.all(Array.from({ length: Math.min(market.length, availableParallelism()) }, lane));
  return scores;
}

/**
 * @param {RecordedMarket} recorded @param {Plan} plan @param {(folds: number) => void} onProgress
 * @returns {Promise<SymbolScores>}
 */
function scoreInThread(recorded, plan, onProgress) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("score-worker.mjs", import.meta.url), { workerData: { recorded, plan } });
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`the thread of ${recorded.symbol} ended early, with ${code}`)));
    worker.on("message", ({ folds, scores }) => (scores === undefined ? onProgress(folds) : resolve(scores)));
  });
}
