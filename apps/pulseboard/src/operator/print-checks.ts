import { stripVTControlCharacters, styleText } from "node:util";
import { redactCredentials } from "@pulseboard/runtime";
import { type Check, type CheckSection, exitCodeOf, type Verdict } from "./checks.ts";

const UNSEEN = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const VERDICT_WIDTH = "warning".length;

const COLOURS = { ok: "green", warning: "yellow", failed: "red", unknown: "magenta" } as const;

/** "table": aligned and coloured, for a terminal; "plain": a line for each check; "json": one object on one line. */
export type CheckFormat = "table" | "plain" | "json";

/** The form for standard output: JSON where it is asked for, colour and columns only on a terminal. */
export function checkFormat({ json }: { readonly json?: boolean | undefined }): CheckFormat {
  if (json === true) {
    return "json";
  }
  return process.stdout.isTTY === true ? "table" : "plain";
}

/** The checks as text without a line break at its end, and without any credential. */
export function formatChecks(sections: readonly CheckSection[], format: CheckFormat): string {
  if (format === "json") {
    return toJson({ exit_code: exitCodeOf(sections), sections });
  }
  const lines = sections.flatMap((section) => (format === "table" ? tableLines(section) : plainLines(section)));
  return [...lines, summary(sections)].join("\n");
}

/** One JSON text in which no string holds a credential. */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "string" ? redactCredentials(member) : member,
  );
  // JSON escapes only some of what a terminal obeys.
  return text.replaceAll(UNSEEN, (code) => `\\u${code.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One line for people: what comes from elsewhere stays on its line, sends no codes to the terminal and holds no credential. */
export function cleanLine(text: string): string {
  const onItsLine = stripVTControlCharacters(text).replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, " ");
  // What is left of a code within a code, what no terminal knows as one today, and what turns the direction of writing.
  return redactCredentials(onItsLine.replaceAll(UNSEEN, ""));
}

/** A line for each check that can be found by grep: "failed   redis: answers: refused (expected PONG). Start Redis." */
function plainLines({ title, checks }: CheckSection): string[] {
  return checks.map((check) => `${check.verdict.padEnd(VERDICT_WIDTH)} ${title}: ${cleanLine(sentence(check))}`);
}

function sentence({ name, seen, expected, cure }: Check): string {
  const wanted = expected === undefined ? "" : ` (expected ${expected})`;
  return `${name}: ${seen}${wanted}${cure === undefined ? "" : `. ${cure}`}`;
}

function tableLines({ title, checks }: CheckSection): string[] {
  const width = Math.max(0, ...checks.map(({ name }) => name.length));
  const indent = " ".repeat(2 + VERDICT_WIDTH + 1 + width + 2);
  return [
    styleText("bold", title),
    ...checks.flatMap(({ name, verdict, seen, expected, cure }) => [
      `  ${styleText(COLOURS[verdict], verdict.padEnd(VERDICT_WIDTH))} ${name.padEnd(width)}  ${cleanLine(seen)}`,
      ...(expected === undefined ? [] : [`${indent}expected ${cleanLine(expected)}`]),
      ...(cure === undefined ? [] : [`${indent}${cleanLine(cure)}`]),
    ]),
    "",
  ];
}

function summary(sections: readonly CheckSection[]): string {
  const checks = sections.flatMap((section) => section.checks);
  const count = (wanted: Verdict): number => checks.filter(({ verdict }) => verdict === wanted).length;
  const others = (["warning", "failed", "unknown"] as const).filter((verdict) => count(verdict) > 0);
  const notWell = others.map((verdict) => `${count(verdict)} ${verdict}`).join(", ");
  return `${count("ok")} of ${checks.length} checks are ok${notWell === "" ? "" : `: ${notWell}`}`;
}
