import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { METHOD_RECORDS } from "../../packages/engine/src/method-records.ts";
import { variationsOf } from "../../packages/engine/src/testing/vary-constants.ts";
import { fillTables } from "../../scripts/lib/method-tables.mjs";

const page = readFileSync(new URL("../../docs/methodology.md", import.meta.url), "utf8");

describe("the tables of docs/methodology.md", () => {
  it("are those of the engine's records; otherwise run `npm run docs:tables`", () => {
    expect(page).toBe(fillTables(page, METHOD_RECORDS));
  });

  it("show every constant: each change of one changes the tables", () => {
    const tables = [...page.matchAll(/<!-- table: .*?<!-- end -->/gs)].map(([table]) => table).join("\n");
    const unseen = variationsOf(METHOD_RECORDS).filter(
      ({ during }) => during(() => fillTables(tables, METHOD_RECORDS)) === tables,
    );
    expect(unseen.map(({ path, to }) => `${path}: ${to}`)).toEqual([]);
  });

  it("have a place each", () => {
    expect(() => fillTables(page.replace("<!-- table: regime -->", "<!-- table: regimes -->"), METHOD_RECORDS)).toThrow(
      "no table for: regimes; not one place for: regime",
    );
  });
});
