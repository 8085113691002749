/**
 * The figures of method version 1 (commit 2913b37), for comparison. Rank correlations and the book were measured by these
 * programs, the others before version 2 was written, on the same recording and in the same demo.
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
