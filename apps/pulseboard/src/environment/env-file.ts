import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { DEFAULT_DATA_DIR, PulseboardError } from "@pulseboard/runtime";
import { installation } from "../installation/installation.ts";

export interface EnvFileOptions {
  /** Where a file `.env` may lie, the program's own folder first; only the first one that is found is read. */
  readonly folders: readonly [string, ...string[]];
  /** Gets the variables of the file; what it has already wins. PULSEBOARD_ENV in it names the file itself, wherever it lies. */
  readonly env: NodeJS.ProcessEnv;
}

/** The file `.env` that is read, and what is wrong with it. */
export interface EnvFile {
  readonly path: string;
  /** Files in the other folders, which are not read because this one is. */
  readonly others: readonly string[];
  readonly variables: NodeJS.Dict<string>;
  /** Numbers of the lines that set nothing, from 1. */
  readonly wrongLines: readonly number[];
}

/**
 * Reads the file that PULSEBOARD_ENV names; without it, the file `.env` beside the program, whatever the working directory is;
 * without one, that of the working directory. A relative DATA_DIR in it counts from the folder of the file that a link leads to,
 * and so does the default, which counts from the program's own folder where there is no file: the last known good documents are
 * found again from everywhere. One that is set in the environment counts from the working directory, like every path that is
 * given to a command.
 *
 * @throws PulseboardError "bad_config" when there is such a file and it cannot be read, with the reason
 */
export function loadEnvFile(options: EnvFileOptions = ofThisProcess()): void {
  const file = readEnvFile(options);
  for (const other of file?.others ?? []) {
    console.error(`pulseboard: ${other} is not read, because ${file?.path} is`);
  }
  if (file !== null && file.wrongLines.length > 0) {
    throw unreadable(file.path, describeWrongLines(file.wrongLines));
  }
  addVariables(file, options);
}

/**
 * The file that `loadEnvFile` reads, also when some of its lines are wrong. Changes nothing.
 *
 * @returns null when there is none
 * @throws PulseboardError "bad_config" when it cannot be read at all
 */
export function readEnvFile({ folders, env }: EnvFileOptions = ofThisProcess()): EnvFile | null {
  const found = [...new Set(folders.map((folder) => resolve(folder, ".env")))].filter(
    (at) => lstatSync(at, { throwIfNoEntry: false }) !== undefined,
  );
  const [path, ...others] = env.PULSEBOARD_ENV ? [resolve(env.PULSEBOARD_ENV)] : found;
  if (path === undefined) {
    return null;
  }
  const text = decode(path, read(path)).replace(/\r\n?/g, "\n");
  const wrongLines = numbersOfWrongLines(text);
  // Node's parser would take a wrong line for the beginning of the next one's name.
  const readable = text.split("\n").map((line, index) => (wrongLines.includes(index + 1) ? "" : line));
  return { path, others, variables: parseEnv(readable.join("\n")), wrongLines };
}

/** Gives the environment the variables of the file that it does not have yet, and a DATA_DIR that is absolute. */
export function addVariables(file: EnvFile | null, { folders, env }: EnvFileOptions = ofThisProcess()): void {
  const variables = { ...file?.variables };
  const base = file === null ? folders[0] : dirname(realpathSync(file.path));
  if (variables.DATA_DIR) {
    variables.DATA_DIR = resolve(base, variables.DATA_DIR);
  }
  for (const [name, value] of Object.entries(variables)) {
    env[name] ??= value;
  }
  env.DATA_DIR ||= resolve(base, DEFAULT_DATA_DIR);
}

/** "line 3 is not NAME=value". */
export function describeWrongLines(numbers: readonly number[]): string {
  return numbers.length === 1
    ? `line ${numbers[0]} is not NAME=value`
    : `lines ${numbers.join(", ")} are not NAME=value`;
}

function ofThisProcess(): EnvFileOptions {
  return { folders: [installation().root, process.cwd()], env: process.env };
}

function read(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

/** Editors on Windows write a byte-order mark, some of them UTF-16. */
function decode(path: string, bytes: Buffer): string {
  const encoding = { fffe: "utf-16le", feff: "utf-16be" }[bytes.subarray(0, 2).toString("hex")] ?? "utf-8";
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(path, `it is not ${encoding.toUpperCase()}`);
  }
  if (text.includes("\0")) {
    throw unreadable(path, "it has NUL bytes, as UTF-16 without a byte-order mark would: save it as UTF-8");
  }
  return text;
}

/** Node's parser tells of no line that it cannot read. */
function numbersOfWrongLines(text: string): readonly number[] {
  const withoutQuoted = text.replace(
    /=[ \t]*(["'`]).*?\1/gs,
    (quoted) => `=${quoted.replace(/[^\n]/g, "").replace(/\n/g, "\n#")}`,
  );
  return withoutQuoted
    .split("\n")
    .flatMap((line, index) => (/^\s*(#.*|(export\s+)?[\w.-]+\s*=.*)?$/.test(line) ? [] : [index + 1]));
}

/** The content is left out: it may hold a password. */
function unreadable(path: string, reason: string): PulseboardError {
  return new PulseboardError(`${path} cannot be read: ${reason}`, {
    code: "bad_config",
    retryable: false,
    hint: "It is a text in UTF-8 with lines such as PORT=8002; .env.example has one for each variable.",
  });
}
