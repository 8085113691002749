import type { Command } from "commander";
import { howToRun } from "../installation/how-to-run.ts";

export interface CommandDescription {
  readonly name: string;
  /** How it is called in a clone of the repository: "npm run refresh". */
  readonly npm: string;
  readonly summary: string;
  /** Follows the options in the command's help. */
  readonly details?: string;
}

/** Adds a command whose help and errors say how it is called here: by an npm script in a clone. */
export function addCommand(program: Command, { name, npm, summary, details }: CommandDescription): Command {
  const called = howToRun(name, `${npm} --`);
  return program
    .command(name)
    .description(summary)
    .addHelpText("after", `${details === undefined ? "" : `\n${details}\n`}\nHere: ${called} [options]`)
    .showHelpAfterError(`Try ${called} --help.`);
}
