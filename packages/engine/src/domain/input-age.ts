/** Ages of inputs: in their own periods, and in ms how far after now one may be. */
export const INPUT_AGE = {
  /** An input younger than this is fresh. */
  freshPeriods: 2,
  /** An input of this age, or older, is no longer used. */
  usablePeriods: 10,
  /** An input may be so much newer than now: servers do not agree to the second, and not all is asked for at once. */
  aheadMs: 60_000,
};
