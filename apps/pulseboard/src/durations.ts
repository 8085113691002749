import { REDIS_DURATIONS } from "@pulseboard/redis";
import { REFRESH_DURATIONS } from "@pulseboard/refresh";
import { STORAGE_DURATIONS } from "@pulseboard/storage";
import type { ServiceDurations } from "./services/services.ts";

/** Every duration of the running program that somebody waits for, by the package that reads it. */
export interface ProgramDurations extends ServiceDurations {
  /** How long worker and server in one process may take to end, ms. */
  readonly shutdownTogetherMs: number;
  /** How long a process with only one of them may take to end, ms. */
  readonly shutdownAloneMs: number;
}

export const PROGRAM_DURATIONS: ProgramDurations = {
  // All of one process must have ended within 5 s; this leaves it a moment of them.
  shutdownTogetherMs: 4_500,
  // A worker may finish its refresh, a server its responses; PM2 waits for 11 s.
  shutdownAloneMs: 9_500,
  redis: REDIS_DURATIONS,
  refresh: REFRESH_DURATIONS,
  storage: STORAGE_DURATIONS,
};
