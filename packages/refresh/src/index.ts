export { type BoardQueue, type BullQueue, type BullQueueOptions, createBullQueue } from "./bull-queue.ts";
export { REFRESH_DURATIONS, type RefreshDurations } from "./durations.ts";
export { createInProcessQueue, type InProcessQueue, type InProcessQueueOptions } from "./in-process-queue.ts";
export { QueueError } from "./queue-error.ts";
export type {
  EnqueueOutcome,
  QueueDepth,
  RefreshConsumer,
  RefreshHandler,
  RefreshJob,
  RefreshPhase,
  RefreshQueue,
  RefreshRecord,
  RefreshRecords,
  RefreshReport,
  RefreshSourceReport,
  RefreshTrigger,
} from "./refresh-queue.ts";
export { type RefreshEvent, type WatchOptions, watchRefresh } from "./watch-refresh.ts";
