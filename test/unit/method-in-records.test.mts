import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const SOURCE = new URL("../../packages/engine/src/", import.meta.url);

/** Figures of the market that stand beside the score and its regime; sentences and checks of the inputs. */
const NOT_OF_THE_METHOD = /funding-z-score|realised-volatility|check-columns|check-inputs|interpret-|sentence/;
/** Units, counts of places, and the ends and the middle of a scale; 3 in t^2 (3 - 2t). */
const PLAIN = new Set([0, 1, 2, 3, 50, 100, 1000, 10_000, 60_000, 3_600_000]);

function sources(): readonly { readonly name: string; readonly code: string }[] {
  return ["confluence", "market", "rating"].flatMap((folder) =>
    readdirSync(new URL(folder, SOURCE))
      .filter((file) => file.endsWith(".ts") && !file.includes(".test.") && !NOT_OF_THE_METHOD.test(file))
      .map((file) => ({
        name: `${folder}/${file}`,
        code: withoutText(readFileSync(new URL(`${folder}/${file}`, SOURCE), "utf8")),
      })),
  );
}

/** Without comments, and without what strings and templates say. */
function withoutText(code: string): string {
  return code
    .replace(/\/\*.*?\*\//gs, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/"[^"\n]*"/g, '""')
    .replace(/`[^`]*`/g, "``");
}

/** Units of time, and what is equal but for rounding. */
const UNIT = /^(?:export )?const (?:[A-Z]+_MS|ROUNDING) = .*;$/gm;
/** Records: constants in capitals at the top level, with an object, a list or a number. */
const RECORD = /^(?:export )?const ([A-Z][A-Z0-9_]*)(?:: [^=]+)? = (\{[^;]*\}|\[[^;]*\])(?: as const)?;$/gm;

describe("the numbers of the method", () => {
  it("are in records: no formula has one of its own", () => {
    const loose = sources().flatMap(({ name, code }) =>
      [
        ...code
          .replace(RECORD, "")
          .replace(UNIT, "")
          .matchAll(/(?<![\w.])\d[\d_]*(?:\.\d+)?(?:e-?\d+)?(?![\w.])|(?<![\w.])\.\d+/g),
      ]
        .filter(([text]) => !PLAIN.has(Number(text.replaceAll("_", ""))))
        .map(([text]) => `${name}: ${text}`),
    );
    expect(loose).toEqual([]);
  });

  it("are in records that the tables and the tests of all constants know", () => {
    const listed = readFileSync(new URL("method-records.ts", SOURCE), "utf8");
    const all = sources();
    const unknown = all.flatMap(({ name, code }) =>
      [...code.matchAll(RECORD)]
        .filter(([, , value]) => /\d/.test(value ?? ""))
        .map(([, record]) => record ?? "")
        .filter((record) => !new RegExp(`\\b${record}\\b`).test(listed))
        .filter(
          (record) =>
            !all.some((other) =>
              new RegExp(`(?:constants: |timeframeWeights: |\\.\\.\\.|ALL_COMPONENTS = \\[.*)${record}\\b`).test(
                other.code,
              ),
            ),
        )
        .map((record) => `${name}: ${record}`),
    );
    expect(unknown).toEqual([]);
  });
});
