import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readSourceFiles } from "./support/imports.mts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Where figures are computed and written: engine, documents, and the worker's state. */
const FIGURES = /^(?:packages\/(?:engine|snapshot)\/src|apps\/worker\/src\/(?:state|documents|alerts))\//;
const INVENTED = /\bMath\.random\b|\brandom(?:Bytes|Int|UUID)\b|\bgetRandomValues\b|\bDate\.now\b|\bnew Date\(\)/;

it("no figure comes from randomness or from the machine's clock", () => {
  const files = readSourceFiles().filter(({ path, isTest }) => FIGURES.test(path) && !isTest);
  expect(files.length).toBeGreaterThan(80);
  const inventing = files.filter(({ path }) => INVENTED.test(readFileSync(`${ROOT}${path}`, "utf8")));
  expect(inventing.map(({ path }) => path)).toEqual([]);
});
