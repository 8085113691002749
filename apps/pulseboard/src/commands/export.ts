import { type Command, InvalidArgumentError, Option } from "commander";
import { loadEnvFile } from "../environment/env-file.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../history/export-lines.ts";
import { howToRun } from "../installation/how-to-run.ts";
import { addCommand } from "./add-command.ts";

const DAY_MS = 86_400_000;

interface Options {
  readonly from?: number;
  readonly to?: number;
  readonly symbol?: readonly string[];
  readonly format: ExportFormat;
}

/** `pulseboard export`: writes the history that is kept in DATA_DIR to the standard output. */
export function addExportCommand(program: Command): void {
  addCommand(program, {
    name: "export",
    npm: "npm run export",
    summary: "Writes the history of scores and prices to the standard output, also while the worker writes it.",
    details: `A line for each symbol at each refresh of the last 7 days, before that at each quarter of an hour (and the prices at the
three refreshes after it, with scored false). Unknown figures are empty in CSV and null in JSON. Times are the exchange's.
It reads DATA_DIR of .env or the environment, and of the market that EXCHANGE names. To a file:
  ${howToRun("export", "npm run --silent export --")} --from 2026-12-01 > history.csv

Exit codes:
  0  done, also where nothing is kept of that time
  1  DATA_DIR cannot be read
  2  the command line cannot be understood`,
  })
    .addOption(
      new Option("--from <time>", "a day of UTC, from its beginning, or 2026-12-01T12:00:00Z").argParser((text) =>
        readTimeMs(text, 0),
      ),
    )
    .addOption(
      new Option("--to <time>", "a day of UTC, to its end, or 2026-12-01T12:00:00Z, included").argParser((text) =>
        readTimeMs(text, DAY_MS - 1),
      ),
    )
    .addOption(
      new Option("--symbol <symbols>", "BTCUSDT, or several: BTCUSDT,ETHUSDT (default: all)").argParser(readSymbols),
    )
    .addOption(new Option("--format <format>", "csv or jsonl").choices([...EXPORT_FORMATS]).default("csv"))
    .action(async ({ from, to, symbol, format }: Options, command: Command) => {
      if (from !== undefined && to !== undefined && from > to) {
        command.error("error: --from is after --to");
      }
      loadEnvFile();
      const { historiesOfEnvironment } = await import("../history/history-of-environment.ts");
      const { exportHistory } = await import("../history/export-history.ts");
      const rows = await exportHistory({
        histories: await historiesOfEnvironment(process.env),
        fromMs: from ?? null,
        toMs: to ?? null,
        symbols: symbol ?? null,
        format,
        to: process.stdout,
        onProblem: (sentence) => console.error(`pulseboard: ${sentence}`),
      });
      if (rows === 0) {
        console.error(`pulseboard: nothing of that is kept in ${process.env.DATA_DIR}`);
      }
    });
}

/** @param dayMs what is added to the beginning of a day without a time */
function readTimeMs(text: string, dayMs: number): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/.test(text);
  const ms = isDay || isTime ? Date.parse(text) : Number.NaN;
  // Some days that no month has, JavaScript takes for the first of the next one.
  if (!Number.isFinite(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10))) {
    throw new InvalidArgumentError("Expected a day such as 2026-12-01, or a time in UTC such as 2026-12-01T12:00:00Z.");
  }
  return isDay ? ms + dayMs : ms;
}

function readSymbols(text: string): readonly string[] {
  const symbols = text.split(",").map((name) => name.trim());
  if (!symbols.every((name) => /^[A-Z0-9][A-Z0-9._-]{0,39}$/.test(name))) {
    throw new InvalidArgumentError("Expected a symbol such as BTCUSDT, or several with commas between.");
  }
  return symbols;
}
