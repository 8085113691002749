import { EXCHANGE_FAULTS } from "./catalogue/exchange-faults.mts";
import { LINK_FAULTS } from "./catalogue/link-faults.mts";
import { MEMCACHED_FAULTS } from "./catalogue/memcached-faults.mts";
import { PROCESS_FAULTS } from "./catalogue/process-faults.mts";
import { REDIS_FAULTS } from "./catalogue/redis-faults.mts";
import type { Fault } from "./contracts.mts";

/** Every fault, by subject. */
export const CATALOGUE: readonly (readonly Fault[])[] = [
  PROCESS_FAULTS,
  LINK_FAULTS,
  REDIS_FAULTS,
  MEMCACHED_FAULTS,
  EXCHANGE_FAULTS,
];
