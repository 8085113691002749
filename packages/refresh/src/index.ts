export { createInProcessQueue, type InProcessQueue, type InProcessQueueOptions } from "./in-process-queue.ts";
export { QueueError } from "./queue-error.ts";
export type {
  EnqueueOutcome,
  RefreshConsumer,
  RefreshHandler,
  RefreshJob,
  RefreshQueue,
  RefreshTrigger,
} from "./refresh-queue.ts";
