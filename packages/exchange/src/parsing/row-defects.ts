import type { CollectionProblem } from "../exchange-gateway.ts";

/** Counts what was left out of one body, so that it is told once, with an example, and not once per row. */
export class RowDefects {
  #rows = 0;
  #example: string | null = null;

  /** @param what The first one becomes the example: "row 3: close is \"abc\"". */
  add(what: string): void {
    this.#rows += 1;
    this.#example ??= what;
  }

  get count(): number {
    return this.#rows;
  }

  /** None, or one problem for all of them. */
  toProblems(endpoint: string, symbol: string | null): readonly CollectionProblem[] {
    if (this.#rows === 0) {
      return [];
    }
    const places = this.#rows === 1 ? "place" : "places";
    return [
      {
        endpoint,
        code: "bad_rows",
        message: `${endpoint}: unusable in ${this.#rows} ${places}, left out; for example ${this.#example}.`,
        hint: "If it goes on, the exchange changed its format.",
        symbol,
      },
    ];
  }
}

/** A value as it stands in a message: short, and recognisable as what it was. */
export function show(value: unknown): string {
  return (JSON.stringify(value) ?? "missing").slice(0, 40);
}
