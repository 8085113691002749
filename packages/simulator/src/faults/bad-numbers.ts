import { isRecord } from "@pulseboard/runtime";

const NUMERIC = /^-?\d+(\.\d+)?$/;
/** Names of times. Times mostly stay, so that the row itself stays credible. */
const TIME_NAME = /time|timestamp|updated|^u$|^seq$|^c?ts$/i;
const BAD_VALUES = ["", "abc", "-1", "NaN"] as const;
type Row = Record<string, unknown> | readonly unknown[];

/**
 * The same body with every other row damaged, from the first on: "", "abc", "-1" and "NaN" in turn replace its
 * numbers; every fifth damaged row has a bad time instead. In a body without rows, its own numbers are damaged.
 */
export function withBadNumbers(body: unknown): unknown {
  let damaged = 0;
  const damageNext = (row: Row): unknown => {
    const turn = damaged++;
    return turn % 5 === 4 ? damage(row, "abc", "times") : damage(row, BAD_VALUES[turn % 5] ?? "abc", "figures");
  };
  const visit = (value: unknown): { readonly value: unknown; readonly hasRows: boolean } => {
    if (isRows(value)) {
      return { value: value.map((row, index) => (index % 2 === 0 ? damageNext(row) : row)), hasRows: true };
    }
    if (!isRecord(value)) {
      return { value, hasRows: false };
    }
    let hasRows = false;
    const entries = Object.entries(value).map(([name, inner]) => {
      const visited = visit(inner);
      hasRows ||= visited.hasRows;
      return [name, visited.value];
    });
    return { value: Object.fromEntries(entries), hasRows };
  };
  const visited = visit(body);
  if (visited.hasRows) {
    return visited.value;
  }
  return isRecord(body) ? damageInside(body) : body;
}

/** CoinGecko keeps its figures in `data`, an envelope in `result`; CoinPaprika has them at the top. */
function damageInside(body: Record<string, unknown>): unknown {
  for (const name of ["result", "data"]) {
    const inner = body[name];
    if (isRecord(inner)) {
      return { ...body, [name]: damage(inner, "abc", "all") };
    }
  }
  return damage(body, "abc", "all");
}

function damage(row: Row, bad: string, which: "figures" | "times" | "all"): Row {
  const replace = (name: string, value: unknown): unknown => {
    if (isRecord(value)) {
      return damage(value, bad, which);
    }
    if (!isNumeric(value)) {
      return value;
    }
    return which === "all" || TIME_NAME.test(name) === (which === "times") ? bad : value;
  };
  if (isRecord(row)) {
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, replace(name, value)]));
  }
  // A candle starts with its time; a level of the book, with two columns, has none.
  return row.map((value, column) => replace(column === 0 && row.length > 2 ? "time" : "figure", value));
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && NUMERIC.test(value));
}

function isRows(value: unknown): value is readonly Row[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => typeof row === "object" && row !== null);
}
