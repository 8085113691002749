export { type Ledger, openLedger } from "./answers.ts";
export { FAULT_NAMES } from "./faults/catalogue.ts";
export type { MarketChoice } from "./market-choice.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
