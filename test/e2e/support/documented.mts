import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./program.mts";

/** The blocks of code of one section of docs/operations.md, in their order, each without its marks. */
export function documentedBlocks(heading: string): readonly string[] {
  const operations = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  const start = operations.indexOf(`\n${heading}\n`);
  if (start === -1) {
    throw new Error(`docs/operations.md has no section "${heading}"`);
  }
  const rest = operations.slice(start + heading.length + 2);
  const end = rest.search(/^#{1,6} [A-Z]/m);
  const section = end === -1 ? rest : rest.slice(0, end);
  return [...section.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
}

/** A text with each of these found once and replaced: a test must not go on with a command that has changed. */
export function replaceOnce(text: string, changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((result, [from, to]) => {
    if (result.split(from).length !== 2) {
      throw new Error(`"${from}" is not there once, in:\n${result}`);
    }
    return result.replace(from, () => to);
  }, text);
}
