import type { Fault } from "../contracts.mts";
import { REDIS_DATA_FAULTS } from "./redis-data-faults.mts";
import { REDIS_QUEUE_FAULTS } from "./redis-queue-faults.mts";
import { REDIS_REFUSAL_FAULTS } from "./redis-refusal-faults.mts";

/** What befalls Redis itself, rather than the way to it. */
export const REDIS_FAULTS: readonly Fault[] = [...REDIS_REFUSAL_FAULTS, ...REDIS_DATA_FAULTS, ...REDIS_QUEUE_FAULTS];
