export { type BoardQueue, type BullQueue, createBullQueue } from "./bull-queue.ts";
export { REFRESH_DURATIONS, type RefreshDurations } from "./durations.ts";
export { createInProcessQueue, type InProcessQueue } from "./in-process-queue.ts";
export { QueueError } from "./queue-error.ts";
export { type QueueState, readQueueState } from "./queue-state.ts";
export type {
  EnqueueOutcome,
  RefreshConsumer,
  RefreshHandler,
  RefreshJob,
  RefreshQueue,
  RefreshReport,
  RefreshTrigger,
} from "./refresh-queue.ts";
export { type RefreshEvent, watchRefresh } from "./watch-refresh.ts";
