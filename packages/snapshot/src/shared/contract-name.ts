/** 1 to 28 letters and digits of any script, and the currency: no dot, blank or slash, and no name that JavaScript has a meaning for. */
export const CONTRACT_NAME = /^[\p{L}\p{N}]{1,28}(?:USDT|USDC)$/u;

/**
 * Tells whether an exchange's name of a contract can be used in keys, dotted paths, addresses and objects. The one rule for
 * names from outside: the collector leaves other contracts out, and every document holds to it.
 *
 * @example
 * isContractName("1000PEPEUSDT"); // true
 * isContractName("__proto__"); // false
 */
export function isContractName(name: string): boolean {
  return CONTRACT_NAME.test(name);
}
