import type { KeyValue } from "../device-store.ts";

/** A device's storage with room for a number of characters. */
export function createMemoryStorage(roomChars = 5_000_000): KeyValue & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    removeItem: (key) => {
      values.delete(key);
    },
    setItem: (key, value) => {
      const others = [...values].filter(([other]) => other !== key);
      const used = others.reduce((sum, [other, text]) => sum + other.length + text.length, 0);
      if (used + key.length + value.length > roomChars) {
        throw new DOMException("full", "QuotaExceededError");
      }
      values.set(key, value);
    },
  };
}
