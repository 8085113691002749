import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Reads "+ PID" and "- PID", and waits for the end of its input. That comes when the test's process ends, however it ends:
 * what is on the list then is killed, also what is stopped. Its own process group keeps Ctrl-C away.
 */
const REAPER = `list=
while read -r sign pid; do
  left=
  for each in $list; do [ "$each" = "$pid" ] || left="$left $each"; done
  list=$left
  [ "$sign" = + ] && list="$list $pid"
done
[ -n "$list" ] && kill -9 $list 2>/dev/null`;

/** Sees to it that no process of a stage outlives the test run. */
export interface Reaper {
  add(pid: number): void;
  remove(pid: number): void;
  /** Kills what is left. */
  close(): Promise<void>;
}

export function createReaper(): Reaper {
  const shell = spawn("/bin/sh", ["-c", REAPER], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  const gone = once(shell, "close");
  return {
    add: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    remove: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: async () => {
      shell.stdin.end();
      await gone;
    },
  };
}
