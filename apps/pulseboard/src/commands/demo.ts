import { fork } from "node:child_process";
import { join } from "node:path";
import { DEFAULT_DATA_DIR, PulseboardError } from "@pulseboard/runtime";
import type { Command } from "commander";
import { loadEnvFile } from "../environment/env-file.ts";
import { installation } from "../installation/installation.ts";
import { addCommand } from "./add-command.ts";
import type { RunProgram } from "./run-program.ts";

/** `pulseboard demo`: what `pulseboard start` runs, offline, on a simulated exchange that starts and ends with it. */
export function addDemoCommand(program: Command, runProgram: RunProgram): void {
  addCommand(program, {
    name: "demo",
    npm: "npm run demo",
    summary: "Runs worker and server in one process, offline, on a simulated exchange.",
    details: "Its data lies in the folder demo of DATA_DIR; Redis and memcached are not used.",
  }).action(async () => {
    loadEnvFile();
    const simulator = await startSimulatorProcess();
    console.log(`Simulated exchange at ${simulator.url} (POST ${simulator.url}/__faults makes it fail)`);
    await runProgram(demoEnvironment(process.env, simulator.url), {
      worker: true,
      server: true,
      onEnd: simulator.end,
    });
  });
}

/** @returns `env` with everything that could lead to real data pointed at the simulator, and its own data directory */
export function demoEnvironment(env: NodeJS.ProcessEnv, simulatorUrl: string): NodeJS.ProcessEnv {
  return {
    ...env,
    EXCHANGE: "simulator",
    EXCHANGE_URL: simulatorUrl,
    REFERENCE_URL: simulatorUrl,
    DATA_DIR: join(env.DATA_DIR || DEFAULT_DATA_DIR, "demo"),
    REDIS_URL: "",
    MEMCACHED_SERVERS: "",
    PUBLISH_LEGACY_KEYS: "",
  };
}

interface SimulatorProcess {
  readonly url: string;
  /** Ends it and resolves when it is gone. */
  end(): Promise<void>;
}

/** @throws PulseboardError when the simulator ends before it is ready */
function startSimulatorProcess(): Promise<SimulatorProcess> {
  // A separate process group: Ctrl-C must not reach it before the worker has stopped asking it.
  const child = fork(installation().programFile, ["simulator", "--port", "0", "--seed", "42"], { detached: true });
  let isEnding = false;
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const end = async (): Promise<void> => {
    isEnding = true;
    child.kill("SIGTERM");
    await ended;
  };
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    void ended.then((code) => {
      reject(
        new PulseboardError(`The simulator ended with code ${String(code)}`, {
          code: "simulator_ended",
          retryable: true,
        }),
      );
    });
    child.on("message", (message: { readonly type?: unknown; readonly url?: unknown }) => {
      if (message.type === "ready" && typeof message.url === "string") {
        void ended.then((code) => {
          if (!isEnding) {
            console.error(`pulseboard: the simulator ended with code ${code}; the demo goes on without new data`);
          }
        });
        resolve({ url: message.url, end });
      }
    });
  });
}
