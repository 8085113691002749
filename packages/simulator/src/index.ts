export { FAULT_NAMES } from "./faults/catalogue.ts";
export { type ActiveFault, BadFaultRequest, FAULT_ENDPOINTS, type FaultRequest } from "./faults/fault-board.ts";
export type { RateLimit } from "./http/rate-limit.ts";
export type { MarketChoice } from "./market-choice.ts";
export { type Simulator, type SimulatorOptions, type SimulatorStats, startSimulator } from "./simulator.ts";
