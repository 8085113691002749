import address from "./formulas.json?url";

/**
 * How each figure is computed and what it is a share of, for the "?" beside it: docs/methodology.md in a sentence or two. Rules and
 * components go by their names in the documents. The texts are data, read once beside the code of the first view that has a "?".
 */
export type FormulaName = keyof typeof import("./formulas.json");

let texts: Promise<Readonly<Record<string, string>>> | null = null;

/** The texts by name. A failure is not kept: the next one who asks tries again. */
export function loadFormulas(): Promise<Readonly<Record<string, string>>> {
  texts ??= fetch(address)
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(response.statusText))))
    .catch((error: unknown) => {
      texts = null;
      throw error;
    });
  return texts;
}
