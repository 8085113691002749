import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseEnv } from "node:util";
import { DEFAULT_DATA_DIR, PulseboardError } from "@pulseboard/runtime";
import { installation } from "../installation/installation.ts";

export interface EnvFileOptions {
  /** Where a file `.env` may lie, the program's own folder first; only the first one that is found is read. */
  readonly folders: readonly [string, ...string[]];
  /** Gets the variables of the file; what it has already wins. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Reads the file `.env` beside the program, whatever the working directory is; without one, that of the working directory. A
 * relative DATA_DIR in it counts from the folder of the file that a link leads to, and so does the default, which counts from the
 * program's own folder where there is no file: the last known good documents are found again from everywhere. One that is set in
 * the environment counts from the working directory, like every path that is given to a command.
 *
 * @throws PulseboardError "bad_config" when there is such a file and it cannot be read, with the reason
 */
export function loadEnvFile(
  { folders, env }: EnvFileOptions = { folders: [installation().root, process.cwd()], env: process.env },
): void {
  const [path, ...others] = [...new Set(folders.map((folder) => resolve(folder, ".env")))].filter(
    (at) => lstatSync(at, { throwIfNoEntry: false }) !== undefined,
  );
  for (const other of others) {
    console.error(`pulseboard: ${other} is not read, because ${path} is`);
  }
  const variables = path === undefined ? {} : parse(path);
  const base = path === undefined ? folders[0] : dirname(realpathSync(path));
  if (variables.DATA_DIR) {
    variables.DATA_DIR = resolve(base, variables.DATA_DIR);
  }
  for (const [name, value] of Object.entries(variables)) {
    env[name] ??= value;
  }
  env.DATA_DIR ||= resolve(base, DEFAULT_DATA_DIR);
}

function parse(path: string): NodeJS.Dict<string> {
  const text = decode(path, read(path)).replace(/\r\n?/g, "\n");
  const wrong = numberOfWrongLine(text);
  if (wrong !== null) {
    throw unreadable(path, `line ${wrong} is not NAME=value`);
  }
  return parseEnv(text);
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

/** Node's parser passes over a line that it cannot read, in silence. */
function numberOfWrongLine(text: string): number | null {
  const withoutQuoted = text.replace(
    /=[ \t]*(["'`]).*?\1/gs,
    (quoted) => `=${quoted.replace(/[^\n]/g, "").replace(/\n/g, "\n#")}`,
  );
  const index = withoutQuoted.split("\n").findIndex((line) => !/^\s*(#.*|(export\s+)?[\w.-]+\s*=.*)?$/.test(line));
  return index === -1 ? null : index + 1;
}

/** The content is left out: it may hold a password. */
function unreadable(path: string, reason: string): PulseboardError {
  return new PulseboardError(`${path} cannot be read: ${reason}`, {
    code: "bad_config",
    retryable: false,
    hint: "It is a text in UTF-8 with lines such as PORT=8002; .env.example has one for each variable.",
  });
}
