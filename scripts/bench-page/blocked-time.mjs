// Measures how long a page keeps its main thread from answering, with a trace of the browser.

/**
 * @typedef {{ name: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number, args: any }} TraceEvent times in µs
 */

const LONG_TASK_MS = 50;
const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "loading", "__metadata"];

/**
 * Time is the processor's, as the thread used it: other programs on the machine do not count, the slow-down of the processor does.
 * @param {import("playwright-core").Browser} browser @param {import("playwright-core").Page} page
 * @param {() => Promise<void>} action loads the page, and waits until it is at rest @returns {Promise<number>}
 * ms: the sum of what each task took beyond 50 ms, from the first contentful paint on; Lighthouse calls it total blocking time
 */
export async function blockedTime(browser, page, action) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await action();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString("utf8"));
  return blockedIn(traceEvents, page.url());
}

/** @param {readonly TraceEvent[]} events @param {string} url @returns {number} */
function blockedIn(events, url) {
  const isOfPage = (/** @type {string} */ committed) => committed.split("#")[0] === url.split("#")[0];
  const commit = events.findLast(
    ({ name, args }) => name === "FrameCommittedInBrowser" && isOfPage(args.data?.url ?? ""),
  );
  const pid = commit?.args.data.processId;
  const main = events.find(
    (event) => event.pid === pid && event.name === "thread_name" && event.args.name === "CrRendererMain",
  );
  const paint = events.findLast((event) => event.pid === pid && event.name === "firstContentfulPaint");
  if (main === undefined || paint === undefined) {
    throw new Error("the trace has no main thread, or no paint, of the page");
  }
  return events
    .filter(({ name, tid, ts, pid: its }) => name === "RunTask" && its === pid && tid === main.tid && ts > paint.ts)
    .reduce((sum, { tdur = 0 }) => sum + Math.max(0, tdur / 1000 - LONG_TASK_MS), 0);
}
