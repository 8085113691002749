// `npm run bench:publish`: measures how long publishing holds the worker's event loop at a time, at 50 and at 500 symbols, and what worker
// and server use. Options: --symbols 50,500 --refreshes 5.
import { cpus, loadavg } from "node:os";
import { measurePublishing } from "./bench-publish/measure.mjs";
import { ensureInstalled, SERVICES } from "./lib/ensure-installed.mjs";
import { readOptions } from "./lib/read-options.mjs";

/** The longest hold of the worker's event loop while it publishes, ms. */
const aimMs = (/** @type {number} */ symbols) => (symbols <= 50 ? 20 : 50);

const { values, wholeNumber } = readOptions(
  "bench:publish",
  "usage: npm run bench:publish -- [--symbols 50,500] [--refreshes N]",
  ["symbols", "refreshes"],
);
const counts = (values.symbols ?? "50,500").split(",").map((text) => wholeNumber("symbols", text, 1, 600));
const refreshes = wholeNumber("refreshes", values.refreshes ?? "5", 2, 100);
await ensureInstalled(SERVICES);

/** @param {number} value */
const whole = (value) => value.toFixed(0);
console.log(
  `Node ${process.versions.node}, ${cpus()[0]?.model}; each refresh: longest hold, and the processor time in it, ms\n`,
);
console.log(
  "| symbols | refresh | publishing: longest hold | of processor time | aim | publishing took | collecting and scoring: longest hold | of processor time |",
);
console.log("|---|---|---|---|---|---|---|---|");
let isWell = true;
/** @type {string[]} */
const more = [];
for (const symbols of counts) {
  const cron = symbols <= 50 ? "*/10 * * * * *" : "5,35 * * * * *";
  const {
    refreshes: measured,
    worker,
    server,
    redisMs,
    redisPeakMb,
    problems,
  } = await measurePublishing({ symbols, refreshes, cron });
  for (const [index, { longestPublishing: most, longestBefore: before, publishMs }] of measured.entries()) {
    const name = index === 0 ? "first" : `${index + 1}`;
    console.log(
      `| ${symbols} | ${name} | ${whole(most.ms)} | ${whole(most.cpuMs)} | ${aimMs(symbols)} | ${whole(publishMs)} | ${whole(before.ms)} | ${whole(before.cpuMs)} |`,
    );
    isWell &&= most.cpuMs <= aimMs(symbols);
  }
  const held = server.holds.toSorted((a, b) => b.cpuMs - a.cpuMs)[0];
  more.push(
    `${symbols} symbols: worker RSS ${worker.largestRssMb} MB at most, heap ${worker.heapMb}, beside it ${worker.externalMb}; ` +
      `server RSS ${server.largestRssMb} MB, its longest hold ${whole(held?.ms ?? 0)} ms (${whole(held?.cpuMs ?? 0)} of processor time); ` +
      `Redis at most ${redisPeakMb} MB, held by one command: ${JSON.stringify(redisMs)} ms; ${problems.length} warnings ${problems.slice(0, 2).join(" ")}`,
  );
}
console.log(`\n${more.join("\n")}\nload average ${loadavg().map(whole).join(", ")}`);
process.exitCode = isWell ? 0 : 1;
