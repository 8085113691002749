import { setTimeout as delay } from "node:timers/promises";
import { startBreakingProxy } from "./breaking-proxy.mts";
import { startProgram } from "./program.mts";

interface WatchedFault {
  readonly watch: string;
  readonly everyS: number;
  /** When the fault begins after the start of the watch, and how long it lasts. */
  readonly afterMs: number;
  readonly forMs: number;
}

interface WatchLine {
  readonly event: "change" | "end";
  readonly name?: string;
  readonly verdict?: string;
  readonly exit_code?: number;
  readonly samples?: number;
  readonly p50_ms?: number;
  readonly error_share?: number;
  readonly fresh_share?: number;
  readonly longest_gap_s?: number;
}

/** Watches a server that gives no answer for a while. */
export async function watchThroughFault(url: string, { watch, everyS, afterMs, forMs }: WatchedFault) {
  let hangs = false;
  const proxy = await startBreakingProxy(url, { hangs: () => hangs });
  try {
    const program = startProgram("validate", [proxy.url, "--watch", watch, "--every", `${everyS}s`, "--json"], {});
    await program.printed(/"event":"change"/);
    await delay(afterMs);
    hangs = true;
    const fromMs = performance.now();
    await delay(forMs);
    hangs = false;
    const tookS = (performance.now() - fromMs) / 1000;
    const code = await program.ended();
    const lines: readonly WatchLine[] = program
      .output()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    return { code, tookS, changes: lines.filter(({ event }) => event === "change"), end: lines.at(-1) };
  } finally {
    await proxy.close();
  }
}
