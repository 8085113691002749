export type { WorkerDurations } from "./durations.ts";
export { startWorker, type WorkerContext } from "./worker.ts";
