import type { Failure } from "./fault-suite.ts";

const PAUSES_ALL = /^(rate_ban_403|rate_403_json|geo_block|code_10009)/;

/** A fault of the simulator's catalogue; packages/exchange tests which code each one is. */
export function simulatedFailure(fault: string): Failure {
  const hasBadNumbers = fault === "bad_numbers";
  return {
    name: fault,
    code: null,
    pausesAll: PAUSES_ALL.test(fault),
    hasBadRows: hasBadNumbers,
    mayBlank: hasBadNumbers,
  };
}
