/** The fixed terms of a contract. */
export interface Contract {
  /** "BTCUSDT". */
  readonly symbol: string;
  readonly symbolId: number;
  readonly contractType: "LinearPerpetual" | "LinearFutures";
  readonly baseCoin: string;
  readonly quoteCoin: "USDT" | "USDC";
  /** "" for an ordinary coin. */
  readonly symbolType: "" | "innovation" | "stock" | "commodity";
  readonly launchTimeMs: number;
  /** 0 for a perpetual. */
  readonly deliveryTimeMs: number;
  readonly tick: Step;
  readonly quantityStep: Step;
  readonly maxLeverage: number;
  /** 0 for a dated future: it has no funding. */
  readonly fundingIntervalHours: number;
  /** Largest funding rate per interval, either sign. */
  readonly fundingCap: number;
  /** The phase of a contract before its listing; null once it trades. */
  readonly preListing: null | "CallAuction" | "ContinuousTrading";
}

/** The grid of a price or a quantity. Values are kept as whole numbers of steps, so that sums are exact. */
export interface Step {
  /** 0.1 */
  readonly size: number;
  /** Digits after the point, as the exchange writes them. */
  readonly decimals: number;
}

/** The step of the size 10^exponent. */
export function powerOfTenStep(exponent: number): Step {
  return { size: Number(`1e${exponent}`), decimals: Math.max(0, -exponent) };
}

/** "0.10" has two decimals and the size 0.1. */
export function stepOf(size: number, decimals: number): Step {
  return { size, decimals };
}

/** A whole number of steps as the exchange writes it. */
export function formatSteps(steps: number, step: Step): string {
  return (steps * step.size).toFixed(step.decimals);
}

/** True for trading crypto perpetuals quoted in USDT, the subject of the market overview. */
export function isEligible(contract: Contract): boolean {
  return (
    contract.contractType === "LinearPerpetual" &&
    contract.quoteCoin === "USDT" &&
    contract.preListing === null &&
    (contract.symbolType === "" || contract.symbolType === "innovation")
  );
}
