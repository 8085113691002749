import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import type { MarketChoice } from "./market-choice.ts";
import type { SimulatorOptions } from "./simulator.ts";

export const USAGE = `An HTTP look-alike of the exchange's public API and of the reference-data APIs, on 127.0.0.1 only.

  simulator [--port 9900] [--seed 42] [--symbols 520]        a generated market
  simulator [--port 9900] --replay DIR --at 2025-06-10T12:00:00Z   recorded candles

  --port N      port to listen on, 0 for any free one (default 9900)
  --seed N      the same seed makes the same market (default 42)
  --symbols N   eligible perpetuals of the generated market (default 520)
  --replay DIR  directory with folders named by minutes and SYMBOL.csv.gz in them
  --at TIME     market time at the start of a replay, ISO 8601
  --speed N     market seconds per second, 0: it stands still (default 1)
  --ban-ms N    length of an IP ban in ms (default 600000)
  --help        this text

GET /__stats tells what was asked. POST /__faults {"endpoint":"/v5/market/kline","fault":"truncated","share":0.5,"for_ms":10000}
switches a fault on, GET /__faults lists them, DELETE /__faults switches all off.
`;

export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly options: Omit<SimulatorOptions, "clock"> };

const HELP_HINT = "--help lists the options";

/** @param args without the program's name @throws UsageError that names what is wrong and what to do */
export function parseCommandLine(args: readonly string[]): Command {
  const values = parse(args);
  if (values.help === true) {
    return { kind: "help" };
  }
  return {
    kind: "run",
    options: {
      market: marketOf(values),
      port: numberOf("port", values.port ?? "9900", { whole: true, least: 0, most: 65_535 }),
      speed: numberOf("speed", values.speed ?? "1", { whole: false, least: 0, most: 100_000 }),
      banMs: numberOf("ban-ms", values["ban-ms"] ?? "600000", { whole: true, least: 0, most: 86_400_000 }),
    },
  };
}

type Values = Partial<Record<"port" | "seed" | "symbols" | "replay" | "at" | "speed" | "ban-ms", string>> & {
  readonly help?: boolean;
};

function parse(args: readonly string[]): Values {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: text,
        seed: text,
        symbols: text,
        replay: text,
        at: text,
        speed: text,
        "ban-ms": text,
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(message.split(". ")[0] ?? message, HELP_HINT, cause);
  }
}

function marketOf(values: Values): MarketChoice {
  const seed = numberOf("seed", values.seed ?? "42", { whole: true, least: 0, most: 4_294_967_295 });
  if (values.replay === undefined) {
    if (values.at !== undefined) {
      throw new UsageError("--at needs --replay DIR", "a generated market starts now");
    }
    const symbolCount = numberOf("symbols", values.symbols ?? "520", { whole: true, least: 2, most: 5000 });
    return { kind: "generated", seed, symbolCount };
  }
  if (values.symbols !== undefined) {
    throw new UsageError("--symbols does not go with --replay", "a replay has the symbols that were recorded");
  }
  if (values.at === undefined) {
    throw new UsageError("--replay needs --at TIME", "for example --at 2025-06-10T12:00:00Z");
  }
  return { kind: "replay", directory: values.replay, atMs: timeOf(values.at), seed };
}

interface Bounds {
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
}

function numberOf(name: string, text: string, { whole, least, most }: Bounds): number {
  const value = Number(text);
  const isNumber = (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text);
  if (!isNumber || value < least || value > most) {
    throw new UsageError(
      `--${name} ${text} is not usable`,
      `give a ${whole ? "whole " : ""}number from ${least} to ${most}`,
    );
  }
  return value;
}

function timeOf(text: string): number {
  const timeMs = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(timeMs)) {
    throw new UsageError(`--at ${text} is not a time`, "give ISO 8601 with a zone, such as 2025-06-10T12:00:00Z");
  }
  return timeMs;
}
