// What scoring a symbol allocates, in bytes. Runs by itself, with `--expose-gc` and a young generation that holds it all, so that
// nothing is collected in between.
import { scoreSymbol } from "@pulseboard/engine";
import { generateInputs } from "./market.mjs";

const [warmUp = 3000, measured = 400] = process.argv.slice(2).map(Number);

/** How many results are alive at a time: as many as symbols. */
const markets = Array.from({ length: 20 }, (_, i) => generateInputs(i + 1));
let runs = 0;
const score = () => scoreSymbol(/** @type {import("./market.mjs").SymbolInputs} */ (markets[runs++ % markets.length]));

for (let i = 0; i < warmUp; i++) {
  score();
}
globalThis.gc?.();
const before = process.memoryUsage();
for (let i = 0; i < measured; i++) {
  score();
}
const after = process.memoryUsage();
const heap = after.heapUsed - before.heapUsed;
console.log(JSON.stringify({ bytes: (heap + after.arrayBuffers - before.arrayBuffers) / measured }));
