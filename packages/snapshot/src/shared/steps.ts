/** Work in steps: a caller with other things to do gives them a turn between two of them. */
export type Steps<T> = Generator<undefined, T>;

/** All of the work without a break. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) {
      return value;
    }
  }
}
