import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SNAPSHOT_ROUTES, SYMBOL_ROUTE_PATH } from "@pulseboard/snapshot";
import type { Stage } from "../contracts.mts";
import {
  type Answer,
  type BareAnswer,
  type ClockOffset,
  type LogLine,
  MOBILE_PATH,
  type Observations,
  type ProcessorTime,
  READY_PATH,
  type SeenProcess,
} from "./observations.mts";
import { createLogReader } from "./read-log.mts";

/** How often the log, the clock and the process ids are looked at, ms. */
const LOOK_EVERY_MS = 100;

export interface Observer {
  /** What was seen so far; grows. */
  readonly seen: Observations;
  /** Stops the clients, and resolves when all that they have seen is in `seen`. */
  stop(): Promise<void>;
}

/** As polling-client.mjs tells it; times are process.hrtime's. */
interface ToldAnswer extends Omit<Answer, "text"> {
  readonly target: "server" | "bare";
  readonly body: { readonly hash: string; readonly text?: string } | null;
}

/** Begins to observe a stage whose server has a snapshot. Resolves when the first answers are there. */
export async function observe(stage: Stage): Promise<Observer> {
  const bareServer = start("bare-server.mjs", {});
  const [{ port }] = await once(bareServer, "message");
  const rotation = rotationOf(await firstSymbol(stage.serverUrl));
  const client = start("polling-client.mjs", {
    serverUrl: stage.serverUrl,
    bareUrl: `http://127.0.0.1:${port}`,
    rotation,
  });

  const answers: Answer[] = [];
  const bare: BareAnswer[] = [];
  const lines: LogLine[] = [];
  const clock: ClockOffset[] = [{ atMs: performance.now(), offsetMs: stage.clock?.offsetMs() ?? 0 }];
  const processes: SeenProcess[] = [];
  const processor: ProcessorTime[] = [];
  const seen: Observations = {
    answers,
    bare,
    lines,
    clock,
    processes,
    processor,
    epochMs: Date.now() - performance.now(),
    periodMs: stage.periodMs,
    symbols: stage.symbols,
  };

  const keep = createKeeper(answers, bare);
  const told = new Promise<void>((resolve) => {
    client.on("message", (message: { readonly answers?: readonly ToldAnswer[]; readonly done?: true }) => {
      keep(message.answers ?? []);
      if (message.done === true) {
        resolve();
      }
    });
  });
  const readLogs = [
    createLogReader(join(stage.disk.logDir, "worker.log"), "worker"),
    createLogReader(join(stage.disk.logDir, "server.log"), "server"),
  ];
  const look = (): void => {
    const atMs = performance.now();
    for (const read of readLogs) {
      lines.push(...read(atMs));
    }
    const offsetMs = stage.clock?.offsetMs() ?? 0;
    if (clock.at(-1)?.offsetMs !== offsetMs) {
      clock.push({ atMs, offsetMs });
    }
    for (const process of ["worker", "server"] as const) {
      const pid = stage.processes[process].pid();
      if (stage.processes[process].isRunning() && !processes.some((each) => each.pid === pid)) {
        processes.push({ atMs, process, pid });
      }
    }
    processor.push(...processorTime(stage.processes.worker.pid(), atMs));
  };
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  await once(client, "message");

  return {
    seen,
    stop: async () => {
      client.send("stop");
      await told;
      clearInterval(timer);
      look();
      client.disconnect();
      bareServer.disconnect();
    },
  };
}

/** Of the main thread; nothing where the system does not tell, or the process is gone. */
function processorTime(pid: number, atMs: number): readonly ProcessorTime[] {
  try {
    const [hadNs = 0, waitedNs = 0] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ").map(Number);
    return [{ atMs, pid, hadMs: hadNs / 1e6, waitedMs: waitedNs / 1e6 }];
  } catch {
    return [];
  }
}

function start(script: string, options: object): ChildProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return fork(path, [JSON.stringify(options)], { execArgv: [], env: { PATH: process.env.PATH ?? "" } });
}

/** Every second request is for the whole snapshot, and every sixth for the readiness; the others go around all routes. */
function rotationOf(symbol: string): readonly string[] {
  const others = SNAPSHOT_ROUTES.map(({ path }) => path).filter((path) => path !== MOBILE_PATH);
  return [...others, SYMBOL_ROUTE_PATH.replace("{symbol}", symbol)].flatMap((path, index) =>
    index % 2 === 0 ? [MOBILE_PATH, path] : [MOBILE_PATH, path, MOBILE_PATH, READY_PATH],
  );
}

async function firstSymbol(serverUrl: string): Promise<string> {
  const body = await (await fetch(`${serverUrl}/api/snapshot`)).json();
  const [first] = Object(body).confluence_scores ?? [];
  const { symbol } = Object(first);
  if (typeof symbol !== "string") {
    throw new Error(`the stage's server names no scored symbol: ${JSON.stringify(body).slice(0, 200)}`);
  }
  return symbol;
}

/** Creates the function that sorts what the client tells: each body is told once, and a 304 means the body with its tag. */
function createKeeper(answers: Answer[], bare: BareAnswer[]): (told: readonly ToldAnswer[]) => void {
  // process.hrtime is the machine's monotonic clock, of which performance.now() is a part.
  const originMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
  const texts = new Map<string, string>();
  const tagged = new Map<string, string>();
  const textOf = ({ path, status, etag, body }: ToldAnswer): string | null => {
    if (status === 304) {
      return tagged.get(`${path} ${etag}`) ?? null;
    }
    if (body?.text !== undefined) {
      texts.set(body.hash, body.text);
    }
    const text = body === null ? null : (texts.get(body.hash) ?? null);
    if (text !== null && etag !== null) {
      tagged.set(`${path} ${etag}`, text);
    }
    return text;
  };
  return (told) => {
    for (const each of told) {
      const { path, status, error, etag, sequence, ageS } = each;
      const times = { sentMs: each.sentMs - originMs, endMs: each.endMs - originMs };
      if (each.target === "bare") {
        bare.push(times);
      } else {
        answers.push({ path, ...times, status, error, etag, sequence, ageS, text: textOf(each) });
      }
    }
  };
}
