import { installation } from "./installation.ts";

/**
 * How an operator calls a command here, for help and hints: by its npm script in a checkout, by the program itself in a release,
 * which has no scripts.
 *
 * @param npm - "npm run refresh --" where options follow
 */
export function howToRun(command: string, npm: string): string {
  return installation().kind === "release" ? `bin/pulseboard ${command}`.trimEnd() : npm;
}
