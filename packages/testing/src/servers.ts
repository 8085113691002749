import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { findFreePort } from "./free-port.ts";
import { type SupervisedProcess, startSupervised } from "./supervised-process.ts";

export interface ServerOptions {
  /** By default one that is free. */
  readonly port?: number;
  /** More arguments for the program; a later one wins over ours. */
  readonly args?: readonly string[];
}

/** A real server on 127.0.0.1, of one test's own: to be paused, killed and started again. */
export interface TestServer {
  readonly port: number;
  /** The id of the process that runs now. */
  pid(): number;
  /** Stops it from answering, with its connections open (SIGSTOP). */
  pause(): void;
  resume(): void;
  /** Ends it at once; the port refuses connections from then on. Its data is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty; ends it before if it runs. */
  restart(): Promise<void>;
  /** Sends one line and resolves with the answer that comes within a moment. */
  say(line: string): Promise<string>;
  /** The same as `kill`: for the end of a test. */
  stop(): Promise<void>;
}

export interface TestRedis extends TestServer {
  /** "redis://127.0.0.1:PORT" */
  readonly url: string;
}

export interface TestMemcached extends TestServer {
  /** "127.0.0.1:PORT" */
  readonly address: string;
}

/** Starts redis-server, in memory only, whatever its default: nothing is written to the disk. */
export async function startRedis(options: ServerOptions = {}): Promise<TestRedis> {
  const server = await startServer(options, {
    program: "redis-server",
    args: (port, folder) => ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
    // Answered while it loads, and without a password being asked of a test that sets one later.
    pidQuestion: "INFO server",
    pidAnswer: /process_id:(\d+)/,
  });
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
}

/** Starts memcached with its own defaults. */
export async function startMemcached(options: ServerOptions = {}): Promise<TestMemcached> {
  const asRoot = process.getuid?.() === 0 ? ["-u", "root"] : [];
  const server = await startServer(options, {
    program: "memcached",
    args: (port) => ["-l", "127.0.0.1", "-p", `${port}`, "-U", "0", ...asRoot],
    pidQuestion: "stats",
    pidAnswer: /STAT pid (\d+)/,
  });
  return { ...server, address: `127.0.0.1:${server.port}` };
}

interface ServerKind {
  readonly program: string;
  readonly args: (port: number, folder: string) => string[];
  /** Asks it for its process id: on a port that was free a moment ago, another server may answer. */
  readonly pidQuestion: string;
  readonly pidAnswer: RegExp;
}

const START_TIMEOUT_MS = 10_000;
const MAX_PORTS = 5;

async function startServer(options: ServerOptions, kind: ServerKind): Promise<TestServer> {
  const launch = async (port: number): Promise<SupervisedProcess | null> => {
    const launched = await startSupervised(kind.program, (folder) => [
      ...kind.args(port, folder),
      ...(options.args ?? []),
    ]);
    for (const endMs = performance.now() + START_TIMEOUT_MS; performance.now() < endMs; await delay(5)) {
      const answer = await say(port, kind.pidQuestion, 200).catch(() => "");
      if (kind.pidAnswer.exec(answer)?.[1] === `${launched.pid}`) {
        return launched;
      }
      if (launched.hasEnded()) {
        break;
      }
    }
    const output = await launched.output();
    await launched.kill();
    if (/address already in use/i.test(output)) {
      return null;
    }
    throw new Error(`${kind.program} did not start on port ${port}:\n${output}`);
  };

  const launchAnywhere = async (): Promise<{ readonly port: number; readonly running: SupervisedProcess }> => {
    for (let attempt = 1; attempt <= MAX_PORTS; attempt++) {
      const port = options.port ?? (await findFreePort());
      const running = await launch(port);
      if (running !== null) {
        return { port, running };
      }
    }
    throw new Error(`${kind.program} found no free port`);
  };

  let { port, running } = await launchAnywhere();
  return {
    port,
    pid: () => running.pid,
    pause: () => running.pause(),
    resume: () => running.resume(),
    kill: () => running.kill(),
    stop: () => running.kill(),
    say: (line) => say(port, line, 2000),
    restart: async () => {
      await running.kill();
      const again = await launch(port);
      if (again === null) {
        throw new Error(`port ${port} was taken by another program meanwhile`);
      }
      running = again;
    },
  };
}

/** Resolves with the answer to one line: all that comes until nothing more does for 20 ms. */
async function say(port: number, line: string, timeoutMs: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(timeoutMs);
  try {
    return await new Promise((resolve, reject) => {
      let answer = "";
      socket.on("connect", () => socket.write(`${line}\r\n`));
      socket.on("data", (chunk) => {
        answer += chunk;
        socket.setTimeout(20);
      });
      socket.on("timeout", () =>
        answer === "" ? reject(new Error(`Nothing on port ${port} answers "${line}"`)) : resolve(answer),
      );
      socket.on("end", () => resolve(answer));
      socket.on("error", reject);
    });
  } finally {
    socket.destroy();
  }
}
