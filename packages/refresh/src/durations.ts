/** All times of the refresh queue, ms. */
export interface RefreshDurations {
  /** Within which a request to the queue is answered, whatever state Redis is in. */
  readonly answerMs: number;
  /**
   * How long the lock of a run outlives its worker. With BullMQ's defaults (30 s, checked every 30 s) every request would
   * join the dead run for a minute.
   */
  readonly lockMs: number;
  /**
   * How often each worker looks for runs without a lock. Half the lock's life: of several workers' checks Redis lets one in
   * each interval count, so that up to two pass after the lock's end. A killed worker's run is done again within 10 s.
   */
  readonly stalledCheckMs: number;
  /** The part of the grace that is kept for a run to end after its signal was aborted. */
  readonly abortedRunMs: number;
  /** The part of the grace that is kept for requeueing a run that ignores its signal. */
  readonly requeueMs: number;
  /** How long a worker waits for Redis's answer when it disconnects. A stopped Redis never answers. */
  readonly disconnectMs: number;
  /** How long a worker rests when Redis refuses to give it a job: BullMQ would ask again at once, hundreds of times a second. */
  readonly refusedRestMs: number;
  /** Between two looks at a job that is followed. */
  readonly followPollMs: number;
  /** After which a job that no worker takes is reported as unattended. Above the 10 s of a takeover. */
  readonly unattendedMs: number;
}

export const REFRESH_DURATIONS: RefreshDurations = {
  answerMs: 5000,
  lockMs: 5000,
  stalledCheckMs: 2500,
  abortedRunMs: 500,
  requeueMs: 150,
  disconnectMs: 1000,
  refusedRestMs: 1000,
  followPollMs: 200,
  unattendedMs: 15_000,
};
