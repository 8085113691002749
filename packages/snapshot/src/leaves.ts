import { UNKNOWN_REGIME } from "./market-overview.ts";

/** A single figure of a document: where it is, and whether it is known. */
export interface Leaf {
  readonly path: string;
  readonly known: boolean;
}

/**
 * Every figure below `value` that is not a list. Rows of a list go by their symbol, as `missing` names them:
 * "confluence_scores.BTCUSDT.components.orderflow".
 */
export function* leaves(value: unknown, path: string): Generator<Leaf> {
  if (Array.isArray(value)) {
    for (const row of value) {
      if (hasSymbol(row)) {
        yield* leaves(row, `${path}.${row.symbol}`);
      }
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield* leaves(member, `${path}.${name}`);
    }
  } else {
    yield { path, known: value !== null && value !== UNKNOWN_REGIME };
  }
}

function hasSymbol(row: unknown): row is { readonly symbol: string } {
  return typeof row === "object" && row !== null && "symbol" in row && typeof row.symbol === "string";
}
