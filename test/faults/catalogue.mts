import { CLOCK_FAULTS } from "./catalogue/clock-faults.mts";
import { DISK_FAULTS } from "./catalogue/disk-faults.mts";
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
  CLOCK_FAULTS,
  DISK_FAULTS,
];
