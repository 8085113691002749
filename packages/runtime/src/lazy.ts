/** A value that is made when it is first asked for. */
export interface Lazy<T> {
  /** Makes it, once; where that failed, the next call tries again. */
  get(): Promise<T>;
  /** What has been made; null before that. */
  peek(): T | null;
}

/** Makes the value with the first `get`; calls during that share it. */
export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: { readonly value: T } | null = null;
  let making: Promise<T> | null = null;
  const begin = async (): Promise<T> => {
    try {
      const value = await make();
      made = { value };
      return value;
    } finally {
      making = null;
    }
  };
  return {
    get: () => {
      if (made !== null) {
        return Promise.resolve(made.value);
      }
      making ??= begin();
      return making;
    },
    peek: () => made?.value ?? null,
  };
}
