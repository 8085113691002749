import { exampleDocuments, type PageSnapshot, snapshotForPage } from "@pulseboard/snapshot";

/** A snapshot as the server sends it, with some fields replaced. */
export function sampleSnapshot(overrides: Partial<PageSnapshot> = {}): PageSnapshot {
  const { snapshot, symbols } = exampleDocuments();
  return { ...snapshotForPage(snapshot, symbols, "fresh"), ...overrides };
}

/** A snapshot finished at a given time, Unix ms. */
export function snapshotOf(
  sequence: number,
  finishedAtMs: number,
  overrides: Partial<PageSnapshot> = {},
): PageSnapshot {
  return sampleSnapshot({
    sequence,
    timestamp: Math.floor(finishedAtMs / 1000),
    generated_at: new Date(finishedAtMs).toISOString(),
    ...overrides,
  });
}

/** The same snapshot with other scores. */
export function withScores(snapshot: PageSnapshot, scores: Readonly<Record<string, number>>): PageSnapshot {
  const [row] = snapshot.confluence_scores;
  if (row === undefined) {
    throw new Error("the sample has no scores");
  }
  return {
    ...snapshot,
    confluence_scores: Object.entries(scores).map(([symbol, score]) => ({ ...row, symbol, score })),
  };
}
