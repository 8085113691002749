import { UNKNOWN_REGIME } from "./market-overview.ts";

/** Where a figure stands in a document, and whether it is known. */
export interface FigurePath {
  readonly path: string;
  readonly known: boolean;
}

/**
 * Every figure below `value`. Rows of a list are named by their symbol, as `missing` names them:
 * "confluence_scores.BTCUSDT.components.orderflow". Lists of plain numbers are skipped.
 */
export function* figurePaths(value: unknown, path: string): Generator<FigurePath> {
  if (Array.isArray(value)) {
    for (const row of value) {
      if (hasSymbol(row)) {
        yield* figurePaths(row, `${path}.${row.symbol}`);
      }
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      yield* figurePaths(member, `${path}.${name}`);
    }
  } else {
    yield { path, known: value !== null && value !== UNKNOWN_REGIME };
  }
}

function hasSymbol(row: unknown): row is { readonly symbol: string } {
  return typeof row === "object" && row !== null && "symbol" in row && typeof row.symbol === "string";
}
