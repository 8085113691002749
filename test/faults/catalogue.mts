import { EXCHANGE_FAULTS } from "./catalogue/exchange-faults.mts";
import { PROCESS_FAULTS } from "./catalogue/process-faults.mts";
import type { Fault } from "./contracts.mts";

/** Every fault, by subject. */
export const CATALOGUE: readonly (readonly Fault[])[] = [PROCESS_FAULTS, EXCHANGE_FAULTS];
