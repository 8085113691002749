import type { ProgramOptions } from "@pulseboard/pulseboard";

/** Schedule, polls and locks of a hurried program. */
export const HURRIED = {} satisfies ProgramOptions["durations"];
