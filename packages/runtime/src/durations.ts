/** The durations of what every process has: its outage log, its operator's port, its signals. */
export interface RuntimeDurations {
  /** An outage that follows another within this time makes it flapping, ms. */
  readonly flappingWithinMs: number;
  /** How long something that flaps must have worked before its outage counts as over: at first this, ms ... */
  readonly minSteadyMs: number;
  /** ... and at most this. */
  readonly maxSteadyMs: number;
  /** How long a request to the operator's port may take to arrive, ms. */
  readonly operatorRequestMs: number;
  /** How often that is checked, ms. */
  readonly operatorCheckMs: number;
  /** A terminal and npm both pass Ctrl-C on, within a millisecond or two: within this time they count as one signal, ms. */
  readonly repeatedSignalMs: number;
}

export const RUNTIME_DURATIONS: RuntimeDurations = {
  flappingWithinMs: 60_000,
  minSteadyMs: 1_000,
  maxSteadyMs: 60_000,
  operatorRequestMs: 5_000,
  operatorCheckMs: 1_000,
  repeatedSignalMs: 1_000,
};
