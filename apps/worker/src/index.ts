export { WORKER_DURATIONS, type WorkerDurations } from "./durations.ts";
export { schedulePeriodMs } from "./schedule.ts";
export { type RunningWorker, startWorker, type WorkerContext } from "./worker.ts";
