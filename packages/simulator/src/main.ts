import { PulseboardError, systemClock } from "@pulseboard/runtime";
import { type Command, parseCommandLine, USAGE } from "./command-line.ts";
import { PortError } from "./errors.ts";
import { startSimulator } from "./simulator.ts";

const USAGE_EXIT_CODE = 2;
/** A terminal and npm both pass Ctrl-C on, so that one comes as two. */
const REPEATED_SIGNAL_MS = 1000;

try {
  const command = parseCommandLine(process.argv.slice(2));
  if (command.kind === "help") {
    process.stdout.write(USAGE);
  } else {
    await run(command);
  }
} catch (error) {
  if (!(error instanceof PulseboardError)) {
    throw error;
  }
  process.stderr.write(`simulator: ${error.message}: ${error.hint ?? "see --help"}\n`);
  process.exitCode = error instanceof PortError ? 1 : USAGE_EXIT_CODE;
  if (process.connected) {
    process.disconnect();
  }
}

async function run({ options }: Extract<Command, { kind: "run" }>): Promise<void> {
  const starting = startSimulator({ ...options, clock: systemClock });
  let endingSinceMs: number | undefined;
  const end = async (): Promise<void> => {
    const nowMs = systemClock.monotonicMs();
    if (endingSinceMs === undefined) {
      endingSinceMs = nowMs;
      await (await starting).close();
      process.exit(0);
    } else if (nowMs - endingSinceMs > REPEATED_SIGNAL_MS) {
      process.exit(1);
    }
  };
  process.on("SIGINT", () => void end());
  process.on("SIGTERM", () => void end());
  // Started by another program: without it there is nobody left to talk to.
  process.on("disconnect", () => void end());
  const simulator = await starting;
  // Whoever started it may be gone by now; that is the end of it by "disconnect", not an error here.
  if (process.connected) {
    process.send?.({ type: "ready", url: simulator.url }, () => undefined);
  }
  process.stdout.write(`simulator: ${describe(options.market.kind)} on ${simulator.url}\n`);
}

function describe(kind: "generated" | "replay"): string {
  return kind === "generated" ? "a generated market" : "a recorded market";
}
