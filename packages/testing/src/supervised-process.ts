import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Starts the program, prints its process id, and waits for the end of its input. That comes when the test's process
 * ends, however it ends: no server is left behind by a test run that was killed. Its own process group keeps Ctrl-C away
 * from the server until then. The file of its output is there before its process id is printed, so that it can be read at once.
 */
const GUARD = `exec 3<&0
: >"$FOLDER/output"
"$@" >"$FOLDER/output" 2>&1 </dev/null 3<&- &
echo $!
cat <&3 >/dev/null
kill -9 $! 2>/dev/null
wait $!
rm -rf "$FOLDER"`;

export interface SupervisedProcess {
  readonly pid: number;
  /** Its working folder, removed at the end. */
  readonly folder: string;
  /** Tells whether it has ended by itself. */
  hasEnded(): boolean;
  /** Stops it (SIGSTOP); it does nothing any more when this returns. */
  pause(): void;
  resume(): void;
  /** Its output so far. */
  output(): Promise<string>;
  /** Ends it at once (SIGKILL, which also ends a stopped process), and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a program that ends with this process at the latest. `argsFor` is given the folder that it may write to. */
export async function startSupervised(
  program: string,
  argsFor: (folder: string) => string[],
): Promise<SupervisedProcess> {
  const folder = await mkdtemp(join(tmpdir(), "pulseboard-server-"));
  const guard = spawn("/bin/sh", ["-c", GUARD, "guard", program, ...argsFor(folder)], {
    // Only the shell's "Killed" would appear here; the program's own output is in its log.
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, FOLDER: folder },
    detached: true,
  });
  const gone = once(guard, "close");
  const [line] = await once(guard.stdout, "data");
  const pid = Number(String(line).trim());
  return {
    pid,
    folder,
    hasEnded: () => !isAlive(pid),
    pause: () => pauseProcess(pid),
    resume: () => void process.kill(pid, "SIGCONT"),
    output: () => readFile(join(folder, "output"), "utf8"),
    kill: async () => {
      guard.stdin.end();
      await gone;
    },
  };
}

/** The guard waits for its child only at the end, so that the id cannot be another process's by now. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") {
      return false;
    }
    throw error;
  }
}

/**
 * Stops a process (SIGSTOP); it does nothing any more when this returns: on a busy machine, some threads of a process run for a
 * while after the signal was sent.
 */
export function pauseProcess(pid: number): void {
  process.kill(pid, "SIGSTOP");
  if (process.platform !== "linux") {
    return;
  }
  const tasks = `/proc/${pid}/task`;
  const isStopped = (task: string): boolean => /\) [TZ] /.test(readFileSync(`${tasks}/${task}/stat`, "utf8"));
  while (!readdirSync(tasks).every(isStopped)) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  }
}
