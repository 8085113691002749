import { CommanderError } from "commander";
import { createCommandLine } from "../commands/command-line.ts";

/** The output of a command line that runs nothing. */
export interface ParseResult {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Parses a command line that asks for help or is wrong. */
export async function parse(...args: readonly string[]): Promise<ParseResult> {
  const printed = { out: "", err: "" };
  const program = createCommandLine(() => Promise.reject(new Error("it ran")));
  for (const command of [program, ...program.commands]) {
    command.configureOutput({
      writeOut: (text) => {
        printed.out += text;
      },
      writeErr: (text) => {
        printed.err += text;
      },
    });
  }
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      return { exitCode: error.exitCode, ...printed };
    }
    throw error;
  }
  throw new Error(`"${args.join(" ")}" ran`);
}
