import { readFileSync } from "node:fs";

// Preloaded into a program that is measured (node --import): notes how long its event loop was held, and tells it to the parent.

const LEAST_HOLD_MS = 4;
const TIMER_MS = 1;

/**
 * One hold of the event loop: from one firing of a timer of 1 ms to the next. On a busy machine `cpuMs`, the time for which the thread of
 * the event loop had a processor, says how much of it was its own.
 * @typedef {{ endedMs: number, ms: number, cpuMs: number }} Hold
 */

/** @typedef {{ holds: Hold[], rssMb: number, largestRssMb: number, heapMb: number, externalMb: number }} LoopReport */

/** @type {Hold[]} */
let holds = [];
let lastMs = performance.now();
let lastCpuMs = threadCpuMs();
let largestRss = 0;
const MB = 2 ** 20;

setInterval(() => {
  const nowMs = performance.now();
  const ms = nowMs - lastMs - TIMER_MS;
  const cpuMs = threadCpuMs();
  if (ms >= LEAST_HOLD_MS) {
    holds.push({ endedMs: Date.now(), ms, cpuMs: cpuMs - lastCpuMs });
    largestRss = Math.max(largestRss, process.memoryUsage.rss());
  }
  lastMs = nowMs;
  lastCpuMs = cpuMs;
}, TIMER_MS).unref();

/** Linux tells it of the first thread; elsewhere it is that of all threads. */
function threadCpuMs() {
  try {
    return Number(readFileSync("/proc/self/schedstat", "latin1").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

process.on("message", (message) => {
  if (message !== "report") {
    return;
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  /** @type {LoopReport} */
  const report = {
    holds,
    rssMb: Math.round(rss / MB),
    largestRssMb: Math.round(Math.max(rss, largestRss) / MB),
    heapMb: Math.round(heapUsed / MB),
    externalMb: Math.round(external / MB),
  };
  process.send?.(report);
  holds = [];
});
