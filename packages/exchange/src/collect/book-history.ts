import type { Book, Input } from "@pulseboard/engine";
import type { CollectionProblem } from "../exchange-gateway.ts";
import { ORDERBOOK, parseBook } from "../parsing/book.ts";
import type { SymbolSource } from "./symbol-source.ts";

/** Levels a side. Fewer are too near the mid price: 50 levels of BTC span 0.02 %. */
const LEVELS = 500;

/** The newest state of one symbol's book and the one before. */
export class BookHistory {
  readonly #source: SymbolSource;
  readonly #periodMs: number;
  #book: Book | null = null;
  #previous: Book | null = null;

  constructor(source: SymbolSource, periodMs: number) {
    this.#source = source;
    this.#periodMs = periodMs;
  }

  async update(signal: AbortSignal): Promise<readonly CollectionProblem[]> {
    const { symbol } = this.#source;
    const book = await this.#source.get(ORDERBOOK, { limit: LEVELS }, signal, (body) => parseBook(body, symbol));
    // The same state again, or an older one from a server that lags, is no news.
    if (this.#book !== null && book.timeMs <= this.#book.timeMs) {
      return [];
    }
    this.#previous = this.#book;
    this.#book = book;
    return [];
  }

  inputs(): { readonly book: Input<Book>; readonly previousBook: Input<Book> } {
    return { book: this.#input(this.#book), previousBook: this.#input(this.#previous) };
  }

  #input(book: Book | null): Input<Book> {
    const periodMs = this.#periodMs;
    if (book === null) {
      return { known: false, reason: "not_provided", periodMs };
    }
    return { known: true, value: book, asOfMs: book.timeMs, periodMs };
  }
}
