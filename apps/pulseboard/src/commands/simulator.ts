import { PulseboardError, RUNTIME_DURATIONS, redactArguments, systemClock } from "@pulseboard/runtime";
import type { MarketChoice, SimulatorOptions } from "@pulseboard/simulator";
import type { Command } from "commander";
import { addCommand } from "./add-command.ts";

const USAGE_EXIT_CODE = 2;

/** The options as they were typed. */
export type SimulatorArguments = Readonly<
  Record<"port" | "seed" | "speed" | "banMs", string> &
    Partial<Record<"symbols" | "replay" | "at" | "listingsAt", string>>
>;

/** `pulseboard simulator`: a look-alike of the exchange and of the reference-data APIs. */
export function addSimulatorCommand(program: Command): void {
  const command = addCommand(program, {
    name: "simulator",
    npm: "npm run simulator",
    summary: "An HTTP look-alike of the exchange's public API and of the reference-data APIs, on 127.0.0.1 only.",
    details: `simulator --seed 42 --symbols 520                       a generated market
simulator --at NOW --listings-at START                  the market of an earlier start goes on, with its contracts
simulator --replay DIR --at 2025-06-10T12:00:00Z        recorded candles

GET /__stats counts the requests, GET /__requests?after=0 lists those to the exchange. POST /__faults {"endpoint":"/v5/market/kline","fault":"truncated","share":0.5,"for_ms":10000}
switches a fault on, GET /__faults lists them, DELETE /__faults switches all off. With "symbols":["BTCUSDT"] only requests about these meet it.
POST /__ban bans this machine's address for --ban-ms.`,
  });
  command
    .option("--port <value>", "port to listen on, 0 for any free one", "9900")
    .option("--seed <value>", "the same seed makes the same market", "42")
    .option("--symbols <value>", "eligible perpetuals of the generated market (default: 520)")
    .option("--replay <value>", "directory with folders named by minutes and SYMBOL.csv.gz in them")
    .option("--at <value>", "market time at the start, ISO 8601 (default of a generated market: now)")
    .option("--listings-at <value>", "a generated market has the contracts of this market time (default: of --at)")
    .option("--speed <value>", "market seconds per second, 0: it stands still", "1")
    .option("--ban-ms <value>", "length of an IP ban in ms", "600000")
    .configureOutput({ outputError: (text, write) => write(`simulator: ${describeUsageError(text)}\n`) })
    .showSuggestionAfterError(false)
    .showHelpAfterError(false)
    .action(async (values: SimulatorArguments) => {
      try {
        await runSimulator(readSimulatorArguments(values));
      } catch (error) {
        if (!(error instanceof PulseboardError)) {
          throw error;
        }
        console.error(`simulator: ${error.message}: ${error.hint ?? "see --help"}`);
        process.exit(error.code === "port_unusable" ? 1 : USAGE_EXIT_CODE);
      }
    });
}

/** "error: unknown option '--prot'" -> "Unknown option '--prot': --help lists the options" */
function describeUsageError(text: string): string {
  const sentence = redactArguments(text)
    .replace(/^error: /, "")
    .trim();
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}: --help lists the options`;
}

/** Runs until a signal, or until the program that started it is gone. */
async function runSimulator(options: Omit<SimulatorOptions, "clock">): Promise<void> {
  const { startSimulator } = await import("@pulseboard/simulator");
  const starting = startSimulator({ ...options, clock: systemClock });
  let endingSinceMs: number | undefined;
  const end = async (): Promise<void> => {
    const nowMs = systemClock.monotonicMs();
    if (endingSinceMs === undefined) {
      endingSinceMs = nowMs;
      await (await starting).close();
      process.exit(0);
    } else if (nowMs - endingSinceMs > RUNTIME_DURATIONS.repeatedSignalMs) {
      process.exit(1);
    }
  };
  process.on("SIGINT", () => void end());
  process.on("SIGTERM", () => void end());
  // The parent process is gone, or went before anybody listened here, such as a demo that is ended while it starts.
  process.on("disconnect", () => void end());
  if (process.send !== undefined && !process.connected) {
    void end();
  }
  const simulator = await starting;
  // The parent process may be gone by now: "disconnect" ends this one then, and the failed message needs no error.
  if (process.connected) {
    process.send?.({ type: "ready", url: simulator.url }, () => undefined);
  }
  const market = options.market.kind === "generated" ? "a generated market" : "a recorded market";
  console.log(`simulator: ${market} on ${simulator.url}`);
}

/** An option of the simulator that cannot be used. */
class SimulatorUsageError extends PulseboardError {
  constructor(message: string, hint: string) {
    super(message, { code: "usage", retryable: false, hint });
  }
}

/** @throws PulseboardError that names the option that is wrong, with a hint at what to do */
export function readSimulatorArguments(values: SimulatorArguments): Omit<SimulatorOptions, "clock"> {
  const market = readMarket(values);
  const { at } = values;
  return {
    market,
    ...(market.kind === "generated" && at !== undefined ? { startAtMs: readTimeMs("at", at) } : {}),
    port: readNumber("port", values.port, { whole: true, least: 0, most: 65_535 }),
    speed: readNumber("speed", values.speed, { whole: false, least: 0, most: 100_000 }),
    banMs: readNumber("ban-ms", values.banMs, { whole: true, least: 0, most: 86_400_000 }),
  };
}

function readMarket({ seed: seedText, symbols, replay, at, listingsAt }: SimulatorArguments): MarketChoice {
  const seed = readNumber("seed", seedText, { whole: true, least: 0, most: 4_294_967_295 });
  if (replay === undefined) {
    const symbolCount = readNumber("symbols", symbols ?? "520", { whole: true, least: 2, most: 5000 });
    const listings = listingsAt === undefined ? {} : { listingsAtMs: readTimeMs("listings-at", listingsAt) };
    return { kind: "generated", seed, symbolCount, ...listings };
  }
  if (listingsAt !== undefined) {
    throw new SimulatorUsageError("--listings-at does not go with --replay", "a replay has the contracts it recorded");
  }
  if (symbols !== undefined) {
    throw new SimulatorUsageError("--symbols does not go with --replay", "a replay has the symbols that were recorded");
  }
  if (at === undefined) {
    throw new SimulatorUsageError("--replay needs --at TIME", "for example --at 2025-06-10T12:00:00Z");
  }
  return { kind: "replay", directory: replay, atMs: readTimeMs("at", at), seed };
}

interface Bounds {
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
}

function readNumber(name: string, text: string, { whole, least, most }: Bounds): number {
  const value = Number(text);
  const isNumber = (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(text);
  if (!isNumber || value < least || value > most) {
    throw new SimulatorUsageError(
      `--${name} ${text} is not usable`,
      `give a ${whole ? "whole " : ""}number from ${least} to ${most}`,
    );
  }
  return value;
}

function readTimeMs(name: string, text: string): number {
  const timeMs = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || Number.isNaN(timeMs)) {
    throw new SimulatorUsageError(
      `--${name} ${text} is not a time`,
      "give ISO 8601 with a zone, such as 2025-06-10T12:00:00Z",
    );
  }
  return timeMs;
}
