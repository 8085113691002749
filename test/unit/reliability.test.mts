import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const text = readFileSync(`${ROOT}docs/reliability.md`, "utf8");

it("docs/reliability.md names tests that exist, by their names", () => {
  const missing: string[] = [];
  let count = 0;
  for (const line of text.split("\n").filter((each) => each.startsWith("| "))) {
    const cell = line.split(" | ").at(-1) ?? "";
    let file = "";
    for (const [, path, name] of cell.matchAll(/`([\w./-]+\.m?ts)`|"([^"]+)"/g)) {
      file = path ?? file;
      if (name !== undefined) {
        count += 1;
        const content = existsSync(ROOT + file) && file !== "" ? readFileSync(ROOT + file, "utf8") : "";
        missing.push(...(content.includes(name) ? [] : [`${file}: ${name}`]));
      }
    }
  }
  expect(missing).toEqual([]);
  expect(count).toBeGreaterThan(40);
});
