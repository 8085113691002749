import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isRecord, systemClock, withTimeout } from "@pulseboard/runtime";
import type { Answer, NoAnswer } from "../operator/http-client.ts";
import { DeployError } from "./deploy-error.ts";
import { findFreePort } from "./free-port.ts";
import { lastWords } from "./last-words.ts";
import { programOf, type Release } from "./layout.ts";
import { endGroup } from "./run.ts";
import { ask } from "./served.ts";

/** A server of a release on a port of its own, beside the one that phones reach: it reads the same stores, and writes to none. */
export interface Candidate {
  readonly url: string;
  /** Of the documents that it writes and reads; null where it does not tell. */
  readonly schemaVersion: number | null;
  /** The sequence of the snapshot that it has to serve; null while it has none. */
  sequence(): Promise<number | null>;
  /** Its end; its output goes to the log file. */
  close(): Promise<void>;
}

export interface CandidateOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

/** The server ends with the deploy, however that ends: a second shell waits for the end of this one's input. */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{ cat <&3; kill $program; } >/dev/null 2>&1 &
exec 3<&-
wait $program`;

const START_MS = 30_000;
/** A server takes 10 s at most. */
const END_MS = 15_000;
const POLL_MS = 50;
const ANSWER_MS = 5_000;
const KEPT_OUTPUT = 64 * 1024;

/** @throws DeployError when the server does not start or is of another version */
export async function startCandidate(release: Release, { env, signal, log }: CandidateOptions): Promise<Candidate> {
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const { nodeArgs, variables } = await serverOptions(release);
  const child = spawn(
    "/bin/sh",
    ["-c", GUARD, "guard", process.execPath, ...nodeArgs, programOf(release.folder), "server"],
    {
      cwd: release.folder,
      env: {
        ...env,
        ...variables,
        HOST: "127.0.0.1",
        PORT: String(port),
        ADMIN_HOST: "127.0.0.1",
        ADMIN_PORT: String(adminPort),
      },
      // Ctrl-C is for the deploy alone.
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-KEPT_OUTPUT);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let hasEnded = false;
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      hasEnded = true;
      resolve();
    }),
  );
  const close = async (): Promise<void> => {
    child.stdin.end();
    // One that does not end when it is told to would hold up the deploy for ever.
    await withTimeout(() => ended, { clock: systemClock, ms: END_MS, onTimeout: () => endGroup(child.pid ?? 0) });
    await ended;
    log(`The server of ${release.name} on port ${port}:\n${output}`);
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    const giveUpMs = systemClock.monotonicMs() + START_MS;
    let health = await ask(`${url}/healthz`, ANSWER_MS);
    while (health.status === null) {
      signal.throwIfAborted();
      if (hasEnded || systemClock.monotonicMs() > giveUpMs) {
        const why = hasEnded ? `it ends at once: ${lastWords(output)}` : `no answer for ${START_MS / 1000} s`;
        throw new DeployError(`the server of ${release.name} does not start: ${why}`);
      }
      await systemClock.sleep(POLL_MS);
      health = await ask(`${url}/healthz`, ANSWER_MS);
    }
    if (health.status !== 200) {
      throw new DeployError(`the server of ${release.name} answers /healthz with ${health.status}`);
    }
    const metrics = await ask(`http://127.0.0.1:${adminPort}/metrics`, ANSWER_MS);
    const schema = /^pulseboard_build_info\{[^}]*schema_version="(\d+)"/m.exec(
      metrics.status === null ? "" : metrics.text,
    )?.[1];
    return {
      url,
      schemaVersion: schema === undefined ? null : Number(schema),
      sequence: async () => readSequence(await ask(`${url}/readyz`, ANSWER_MS)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The memory limits that PM2 will give it. */
async function serverOptions({ folder }: Release): Promise<{
  readonly nodeArgs: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}> {
  const { default: config } = await import(pathToFileURL(join(folder, "ecosystem.config.js")).href);
  const app = config.apps.find(({ name }: { readonly name: string }) => name === "pulseboard-server");
  return { nodeArgs: app?.node_args ?? [], variables: app?.env ?? {} };
}

function readSequence(answer: Answer | NoAnswer): number | null {
  const sequence = answer.status === 200 && isRecord(answer.body) ? answer.body.sequence : null;
  return typeof sequence === "number" ? sequence : null;
}
