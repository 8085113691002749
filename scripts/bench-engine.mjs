// `npm run bench:engine`: the processor time of indicators, of the technical rating and of whole symbols, next to plain loops and to
// the libraries that one would use instead; ends with 1 where a limit is missed. `-- --smoke` runs everything a few times: the values
// are compared, the times mean nothing.
import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { scoreSymbol, technicalRating } from "@pulseboard/engine";
import { plainRating } from "../packages/engine/bench/plain/rating.mjs";
import { races } from "./bench-engine/contenders.mjs";
import { generateCandles, generateInputs } from "./bench-engine/market.mjs";
import { largestDifference, processorTimesUs } from "./bench-engine/measure.mjs";

const smoke = process.argv.includes("--smoke");
const rounds = smoke ? 1 : 5;
const BARS = 500;
/** The libraries begin in other ways, which has faded after this many bars. */
const FADED_BARS = 400;
/** A plain loop computes the same in another order. */
const TOLERANCE = 1e-9;
/** Of times to those of the plain loop, of the fastest library, and of the plain votes. */
const RATIOS = { plain: 1.5, library: 1.1, rating: 2 };
const SYMBOL = { ms: 2, allMs: 1000, kilobytes: 200 };
let differs = false;
/** @type {string[]} */
const missed = [];

/** @param {string} what @param {number} measured @param {number} limit */
function check(what, measured, limit) {
  if (!(smoke || measured <= limit)) {
    missed.push(`${what}: ${measured.toFixed(2)}, allowed ${limit}`);
  }
}

/** @param {number} value */
const scientific = (value) => (value === 0 ? "0" : value.toExponential(1));

/** @param {readonly (readonly string[])[]} rows the first has the headings */
function printTable(rows) {
  for (const [index, row] of rows.entries()) {
    console.log(`| ${row.join(" | ")} |${index === 0 ? `\n|${row.map(() => "---|").join("")}` : ""}`);
  }
  console.log("");
}

function indicators() {
  const rows = [
    [
      "indicator",
      "ours",
      "plain",
      `ours / plain (≤ ${RATIOS.plain})`,
      "fastest library",
      `ours / it (≤ ${RATIOS.library})`,
      "difference",
    ],
  ];
  const details = [["indicator", "library", "µs", "largest difference"]];
  for (const { indicator, contenders } of races(generateCandles(7, BARS))) {
    const times = processorTimesUs(
      contenders.map(({ run }) => run),
      { rounds, repeats: smoke ? 2 : 2000 },
    );
    const values = contenders.map((contender) => contender.values(contender.run()));
    const [ours = [], plain = []] = values;
    const difference = largestDifference(ours, plain, BARS);
    differs ||= !(difference <= TOLERANCE);
    const [oursUs = Number.NaN, plainUs = Number.NaN] = times;
    const libraries = contenders.slice(2).map(({ name }, index) => ({ name, us: times[index + 2] ?? Number.NaN }));
    const [fastest] = libraries.toSorted((a, b) => a.us - b.us);
    check(`${indicator} / plain`, oursUs / plainUs, RATIOS.plain);
    check(`${indicator} / ${fastest?.name}`, oursUs / (fastest?.us ?? Number.NaN), RATIOS.library);
    rows.push([
      indicator,
      oursUs.toFixed(2),
      plainUs.toFixed(2),
      (oursUs / plainUs).toFixed(2),
      `${fastest?.name} ${fastest?.us.toFixed(2)}`,
      (oursUs / (fastest?.us ?? Number.NaN)).toFixed(2),
      scientific(difference),
    ]);
    for (const [index, { name, us }] of libraries.entries()) {
      const largest = largestDifference(ours, values[index + 2] ?? [], BARS - FADED_BARS);
      details.push([indicator, name, us.toFixed(2), scientific(largest)]);
    }
  }
  console.log(
    `Indicators on ${BARS} bars, µs of processor time a run; the largest difference from the plain loop, relative\n`,
  );
  printTable(rows);
  console.log(`The libraries; the largest difference from ours over the last ${BARS - FADED_BARS} bars, relative\n`);
  printTable(details);
}

function rating() {
  const bars = 250;
  const candles = Array.from({ length: 40 }, (_, i) => generateCandles(100 + i, bars));
  let different = 0;
  for (const each of candles) {
    const plain = plainRating(each);
    different += technicalRating(each).votes.filter(({ vote }, index) => vote !== plain[index]).length;
  }
  differs ||= different > 0;
  const [first = generateCandles(1, bars)] = candles;
  const [oursUs = Number.NaN, plainUs = Number.NaN] = processorTimesUs(
    [() => technicalRating(first), () => plainRating(first)],
    { rounds, repeats: smoke ? 2 : 2000 },
  );
  check("rating / plain votes", oursUs / plainUs, RATIOS.rating);
  console.log(`Technical rating of ${bars} bars, µs of processor time\n`);
  printTable([
    [
      "ours, with its figures",
      "plain, votes alone",
      `ours / plain (≤ ${RATIOS.rating})`,
      `different votes of ${40 * 26}`,
    ],
    [oursUs.toFixed(1), plainUs.toFixed(1), (oursUs / plainUs).toFixed(2), String(different)],
  ]);
}

function allocatedKilobytes() {
  const script = fileURLToPath(new URL("bench-engine/allocation.mjs", import.meta.url));
  const flags = ["--expose-gc", "--min-semi-space-size=512", "--max-semi-space-size=512"];
  const counts = smoke ? ["2", "2"] : [];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, script, ...counts], { encoding: "utf8" });
  if (stdout === "") {
    throw new Error(`allocation.mjs failed: ${stderr}`);
  }
  return JSON.parse(stdout).bytes / 1000;
}

function symbols() {
  const count = smoke ? 2 : 500;
  const markets = Array.from({ length: Math.min(count, 100) }, (_, i) => generateInputs(i + 1));
  /** @param {number} symbolCount */
  const refresh = (symbolCount) => () => {
    for (let i = 0; i < symbolCount; i++) {
      const market = markets[i % markets.length];
      if (market !== undefined) {
        scoreSymbol(market);
      }
    }
  };
  const counts = smoke ? [1, 2] : [50, 100, 250, 500];
  const times = processorTimesUs(counts.map(refresh), { rounds, repeats: 1 });
  console.log("Whole symbols: 4 x 1000 candles, a book of 500 levels a side, 2,000 trades, explanation included\n");
  printTable([
    ["symbols", "ms of processor time", `ms a symbol (≤ ${SYMBOL.ms})`],
    ...counts.map((symbolCount, index) => {
      const ms = (times[index] ?? Number.NaN) / 1000;
      check(`ms a symbol of ${symbolCount}`, ms / symbolCount, SYMBOL.ms);
      check(`ms of ${symbolCount} symbols`, ms, SYMBOL.allMs);
      return [String(symbolCount), ms.toFixed(0), (ms / symbolCount).toFixed(2)];
    }),
  ]);
  const kilobytes = allocatedKilobytes();
  check("KB allocated a symbol", kilobytes, SYMBOL.kilobytes);
  console.log(`Allocated a symbol: ${kilobytes.toFixed(0)} KB (≤ ${SYMBOL.kilobytes})\n`);
}

const load = loadavg()[0]?.toFixed(1);
console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, load average ${load}, Node ${process.versions.node}; medians of ${rounds}\n`,
);
indicators();
rating();
symbols();
if (differs) {
  console.error("Ours and the plain loops differ.");
}
for (const each of missed) {
  console.error(`Over its limit: ${each}`);
}
process.exitCode = differs || missed.length > 0 ? 1 : 0;
