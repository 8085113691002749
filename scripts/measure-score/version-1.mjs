/**
 * The figures of method version 1, for comparison: commit 2913b37, measured by the same programs on the same recording; the
 * demo's were measured with refreshes at its own period.
 */
export const VERSION_1 = {
  medianMove: 1.32,
  ninetiethMove: 4.35,
  /** At 1, 5, 15, 60 and 240 min. */
  autocorrelation: [0.989, 0.928, 0.785, 0.559, 0.299],
  rankCorrelation1h: -0.016,
  rankCorrelation4h: -0.026,
  bookMoveNow: 0.325,
  demoMove: 6.2,
  demoNinetiethMove: 14,
};
