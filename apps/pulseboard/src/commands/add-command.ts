import { redactAddress } from "@pulseboard/runtime";
import type { Command } from "commander";

export interface CommandDescription {
  readonly name: string;
  /** How it is called in a clone of the repository: "npm run refresh". */
  readonly npm: string;
  readonly summary: string;
  /** Follows the options in the command's help. */
  readonly details?: string;
}

/** Adds a command whose help and errors name the npm script that runs it. */
export function addCommand(program: Command, { name, npm, summary, details }: CommandDescription): Command {
  return program
    .command(name)
    .description(summary)
    .addHelpText("after", `${details === undefined ? "" : `\n${details}\n`}\nIn a clone: ${npm} -- [options]`)
    .showHelpAfterError(`Try ${npm} -- --help.`);
}

/** Hides passwords in an error of commander, which quotes what was typed: it may be a Redis URL in the wrong place. */
export function redactTyped(text: string): string {
  return text.replace(/'(.*)'/s, (_, typed: string) => `'${redactAddress(typed)}'`);
}
