import { parseArgs } from "node:util";

const USAGE_EXIT_CODE = 2;

/**
 * Reads a script's options, each with a value, and ends the process with the usage and code 2 where one is wrong.
 *
 * @template {string} Name
 * @param {string} script "test:faults" @param {string} usage one line @param {readonly Name[]} names
 */
export function readOptions(script, usage, names) {
  /** @param {string} why @returns {never} */
  const refuse = (why) => {
    console.error(`${script}: ${why}\n${usage}`);
    process.exit(USAGE_EXIT_CODE);
  };
  /** @returns {Partial<Record<Name, string>>} */
  const read = () => {
    try {
      const options = Object.fromEntries(names.map((name) => [name, { type: /** @type {const} */ ("string") }]));
      return /** @type {Partial<Record<Name, string>>} */ (parseArgs({ options }).values);
    } catch (error) {
      return refuse(error instanceof Error ? error.message : String(error));
    }
  };
  /** @param {string} name @param {string} text @param {number} least @param {number} most */
  const wholeNumber = (name, text, least, most) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      refuse(`--${name} ${text} is not usable: give a whole number from ${least} to ${most}`);
    }
    return value;
  };
  return { values: read(), wholeNumber, refuse };
}
