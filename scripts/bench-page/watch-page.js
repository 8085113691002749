// Runs in the page before the page's own scripts: records when the first figure appears, and how long tasks take.
const FIRST_FIGURE = '[data-figure="market_overview.btc_price"]';
const notes = { firstFigureMs: null, longTasksMs: [] };
globalThis.notes = notes;

new PerformanceObserver((list) => {
  notes.longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
}).observe({ type: "longtask" });

const whenPainted = (action) => requestAnimationFrame(() => setTimeout(action));
const observer = new MutationObserver(() => {
  if (document.querySelector(FIRST_FIGURE) === null) {
    return;
  }
  observer.disconnect();
  whenPainted(() => {
    notes.firstFigureMs = performance.now();
  });
});
observer.observe(document, { childList: true, subtree: true });
