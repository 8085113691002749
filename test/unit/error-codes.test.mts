import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ERROR_CODES, HTTP_ERROR_CODES, PulseboardError, READINESS_REASONS, REPORTED_CODES } from "@pulseboard/runtime";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const operations = readFileSync(`${ROOT}docs/operations.md`, "utf8");

/** The cells of every table row whose first cell is code, in the chapter or section with this heading. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const start = operations.indexOf(`\n${heading}\n`);
  expect(start, heading).toBeGreaterThan(-1);
  const depth = heading.indexOf(" ");
  const rest = operations.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${depth}} `, "m"));
  return rest
    .slice(0, end === -1 ? undefined : end)
    .split("\n")
    .filter((line) => /^\| [^|]*`/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));
}

const inBackticks = (name: string) => `\`${name}\``;

describe("docs/operations.md has", () => {
  it("every code of an error or a report once, with its source, meaning and remedy", () => {
    const rows = [...rowsUnder("### In logs and metrics"), ...rowsUnder("### Beside errors")];
    const expected = Object.entries({ ...ERROR_CODES, ...REPORTED_CODES }).map(([code, { from, means }]) => [
      inBackticks(code),
      from,
      means,
    ]);
    expect(rows.map((cells) => cells.slice(0, 3))).toEqual(expected);
    expect(rows.filter((cells) => cells.length !== 4 || cells[3] === "")).toEqual([]);
  });

  it("every code of an HTTP response once, with its status and meaning", () => {
    const expected = Object.entries(HTTP_ERROR_CODES).map(([code, { status, means }]) => [
      inBackticks(code),
      String(status),
      means,
    ]);
    expect(rowsUnder("### In HTTP responses")).toEqual(expected);
  });

  it("every reason of /readyz", () => {
    const cells = rowsUnder("### At 3 a.m.").map(([cell = ""]) => cell);
    const missing = Object.keys(READINESS_REASONS).filter(
      (reason) => !cells.some((cell) => cell.includes(`\`${reason}`)),
    );
    expect(missing).toEqual([]);
  });
});

/** The program's own sources: no tests, no built files, and not the catalogue itself. */
const folders = ["packages", "apps"].flatMap((kind) =>
  readdirSync(`${ROOT}${kind}`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${kind}/${name}/src`),
);
const sources = [...folders, "scripts"]
  .flatMap((folder) =>
    readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  )
  .filter((path) => /\.(?:tsx?|mjs)$/.test(path))
  .filter((path) => !/\.test\.tsx?$|\/testing\/|\/node_modules\/|\/error-codes\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, "utf8") }));
/** The words in quotes or backquotes, up to a colon that belongs to them, in the files whose path begins so. */
const wordsIn = (path: string) =>
  new Set(
    sources
      .filter((file) => file.path.startsWith(path))
      .flatMap(({ text }) => [...text.matchAll(/["'`]([a-z]+(?:_[a-z0-9]+)*:?)/g)].map(([, word = ""]) => word)),
  );

const CATALOGUE = { ...ERROR_CODES, ...REPORTED_CODES, ...HTTP_ERROR_CODES, ...READINESS_REASONS };

describe("the catalogue", () => {
  it("has no code that nothing uses", () => {
    expect(sources.length).toBeGreaterThan(200);
    const used = wordsIn("");
    expect(Object.keys(CATALOGUE).filter((code) => !used.has(code))).toEqual([]);
  });

  it("names the package that raises each code", () => {
    const absent = Object.entries({ ...ERROR_CODES, ...REPORTED_CODES }).flatMap(([code, { from }]) =>
      from
        .split(", ")
        .filter((name) => ![`packages/${name}/src/`, `apps/${name}/src/`].some((path) => wordsIn(path).has(code)))
        .map((name) => `${code} in ${name}`),
    );
    expect(absent).toEqual([]);
  });

  // The compiler checks what an error or a response is made with; this finds what goes around the types, in scripts for example.
  it("has every code that the sources raise", () => {
    const raised = sources.flatMap(({ path, text }) =>
      [
        ...text.matchAll(/\b(?:code: "|error: "(?=[a-z]+_))([a-z_]+)"/g),
        ...text.matchAll(/\b(?:sendError|errorResponse)\(\s*(?:\w+,\s*)?\d{3},\s*"([a-z_]+)"/g),
      ].map(([, code = ""]) => ({ path, code })),
    );
    expect(raised.length).toBeGreaterThan(60);
    // zod's own.
    expect(raised.filter(({ code }) => code !== "custom" && !Object.hasOwn(CATALOGUE, code))).toEqual([]);
  });

  it("has the status with which each HTTP response is sent", () => {
    const sent = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(\d{3}),\s*(?:error: )?"([a-z_]+)"/g)].map(([, status, code = ""]) => ({
        path,
        status,
        code,
      })),
    );
    const known = Object.entries(HTTP_ERROR_CODES);
    const statusOf = (code: string) => String(known.find(([name]) => name === code)?.[1].status);
    const responses = sent.filter(({ code }) => Object.hasOwn(HTTP_ERROR_CODES, code));
    expect(new Set(responses.map(({ code }) => code)).size).toBeGreaterThan(15);
    expect(responses.filter(({ status, code }) => status !== statusOf(code))).toEqual([]);
  });

  it("is closed: a code that is not in it does not compile", () => {
    // @ts-expect-error
    expect(new PulseboardError("It failed", { code: "not_in_the_catalogue", retryable: false })).toBeInstanceOf(Error);
  });

  it("has one line for each code, of words, and each code in one table", () => {
    for (const { means } of [...Object.values(ERROR_CODES), ...Object.values(REPORTED_CODES)]) {
      expect(means).toMatch(/^[A-Z][^\n|]{10,100}[^.]$/);
    }
    const names = [ERROR_CODES, REPORTED_CODES, HTTP_ERROR_CODES].flatMap((table) => Object.keys(table));
    expect(new Set(names).size).toBe(names.length);
  });
});
