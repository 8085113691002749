import type { Book, Input } from "@pulseboard/engine";
import type { SymbolSource } from "./symbol-source.ts";

/** The newest state of one symbol's order book, and the one before it. */
export interface BookHistory {
  /** @throws ExchangeError, or the signal's reason when it is aborted */
  update(signal: AbortSignal): Promise<void>;
  inputs(): { readonly book: Input<Book>; readonly previousBook: Input<Book> };
}

/** @param periodMs the period of refreshes, which is the book's */
export function createBookHistory(source: SymbolSource, periodMs: number): BookHistory {
  let newest: Book | null = null;
  let previous: Book | null = null;

  const toInput = (book: Book | null): Input<Book> =>
    book === null
      ? { known: false, reason: "not_provided", periodMs }
      : { known: true, value: book, asOfMs: book.timeMs, periodMs };

  return {
    update: async (signal) => {
      const book = await source.send(source.api.book(source.symbol), signal);
      // Servers lag: the same state, or an older one, must not replace the newest.
      if (newest !== null && book.timeMs <= newest.timeMs) {
        return;
      }
      previous = newest;
      newest = book;
    },
    inputs: () => ({ book: toInput(newest), previousBook: toInput(previous) }),
  };
}
