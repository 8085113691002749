/** A value that is made when it is first asked for. */
export interface Lazy<T> {
  /** Makes it, once; after a failure the next call tries again. */
  get(): Promise<T>;
  /** The value, or null if it has not been made. */
  peek(): T | null;
}

/** Makes a value with the first `get`; calls meanwhile share it. */
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
