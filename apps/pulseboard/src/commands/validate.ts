import { type Command, InvalidArgumentError, Option } from "commander";
import type { SectionName } from "../validate/expectations.ts";
import { addCommand } from "./add-command.ts";

const DEFAULT_EVERY_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 31 * 86_400_000;

interface Options {
  readonly version?: string;
  readonly origin?: string;
  readonly allow?: readonly SectionName[];
  readonly watch?: number;
  readonly every?: number;
  readonly json?: true;
}

/** `pulseboard validate`: looks at a server from outside, as phones do, and says whether it is valid. */
export function addValidateCommand(program: Command): void {
  addCommand(program, {
    name: "validate",
    npm: "npm run validate",
    summary: "Asks a server for everything that phones get, and says whether it is right. It changes nothing there.",
    details: `It takes up to two periods of the server's schedule, until a newer snapshot is served.

Exit codes:
  0  the server is valid; with --watch: it was (p95 below 2 s, errors below 0.1 %, more than 80 % of the answers fresh)
  1  it is not
  2  the command line cannot be understood
  3  nothing takes a connection at that address`,
  })
    .argument("<url>", "http://HOST:PORT, or https://HOST with the path that a proxy puts before ours")
    .option("--version <version>", "the version that must answer: 0.1.0 or, with its commit, 0.1.0+abc1234")
    .option("--origin <origin>", "where the market must come from: bybit or simulator")
    .addOption(
      new Option(
        "--allow <sections>",
        "what may be stale or missing today: of overview,scores,movers,perps,reference",
      ).argParser(readSections),
    )
    .addOption(
      new Option("--watch <time>", "go on for 24h, 90m or 30s, and end with figures").argParser(readDurationMs),
    )
    .addOption(
      new Option("--every <time>", "with --watch: the time between samples (default: 1m)").argParser(readDurationMs),
    )
    .option("--json", "JSON and nothing else: one object, with --watch one for each change and one at the end")
    .action(async (url: string, options: Options, command: Command) => {
      if (options.every !== undefined && options.watch === undefined) {
        command.error("error: --every goes with --watch");
      }
      const { readServerAddress } = await import("../operator/http-client.ts");
      const address = readServerAddress(url);
      if (address === null) {
        command.error("error: the address cannot be used: expected http://HOST:PORT or https://HOST");
      }
      const { runValidate } = await import("../validate/run-validate.ts");
      process.exit(
        await runValidate({
          address,
          expectations: {
            version: options.version ?? null,
            origin: options.origin ?? null,
            allowed: new Set(options.allow),
          },
          json: options.json === true,
          watch:
            options.watch === undefined ? null : { watchMs: options.watch, everyMs: options.every ?? DEFAULT_EVERY_MS },
        }),
      );
    });
}

const SECTIONS: readonly SectionName[] = ["overview", "scores", "movers", "perps", "reference"];

function readSections(text: string): readonly SectionName[] {
  return text.split(",").map((name) => {
    const section = SECTIONS.find((known) => known === name.trim());
    if (section === undefined) {
      throw new InvalidArgumentError(`Expected some of ${SECTIONS.join(",")}.`);
    }
    return section;
  });
}

/** "24h" -> 86,400,000 */
function readDurationMs(text: string): number {
  const [, figure, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const ms = Number(figure) * (UNITS_MS[unit ?? ""] ?? Number.NaN);
  if (!(ms >= 1_000 && ms <= LONGEST_MS)) {
    throw new InvalidArgumentError("Expected a time from 1s to 31d, such as 24h, 90m or 30s.");
  }
  return ms;
}
