import type { Book, Input } from "@pulseboard/engine";
import type { SymbolSource } from "./symbol-source.ts";

/** The newest state of one symbol's order book. */
export interface NewestBook {
  /** @throws ExchangeError, or the signal's reason when it is aborted */
  update(signal: AbortSignal): Promise<void>;
  input(): Input<Book>;
}

/** @param periodMs the period of refreshes, which is the book's */
export function createNewestBook(source: SymbolSource, periodMs: number): NewestBook {
  let newest: Book | null = null;

  return {
    update: async (signal) => {
      const book = await source.send(source.api.book(source.symbol), signal);
      // Servers lag: the same state, or an older one, must not replace the newest.
      if (newest === null || book.timeMs > newest.timeMs) {
        newest = book;
      }
    },
    input: () =>
      newest === null
        ? { known: false, reason: "not_provided", periodMs }
        : { known: true, value: newest, asOfMs: newest.timeMs, periodMs },
  };
}
