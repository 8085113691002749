import { runInNewContext } from "node:vm";

/**
 * Runs work that what a stranger has sent may make as long as he likes, such as a regular expression of his own: V8 ends that too.
 *
 * @param ms - The longest time, an integer above 0.
 * @throws Error after that time; else what the work throws
 */
export function within<T>(ms: number, work: () => T): T {
  const done: { value?: T } = {};
  const run = (): void => {
    done.value = work();
  };
  try {
    runInNewContext("run()", { run }, { timeout: ms });
  } catch (error) {
    // Of the other context, where Error is another class.
    const isLate = Object(error).code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
    throw isLate ? new Error(`it takes longer than ${ms / 1000} s`) : error;
  }
  return done.value as T;
}
