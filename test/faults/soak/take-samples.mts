import { readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { openRedisConsole } from "../catalogue/redis-console.mts";
import type { Stage } from "../contracts.mts";
import type { Sample } from "./soak-result.mts";

const EVERY_MS = 5_000;
const KB = 1e3;
const MB = 1e6;

export interface Sampler {
  /** Stops, and gives all samples. */
  stop(): Promise<readonly Sample[]>;
}

/** Looks at the stage's memory every five seconds, from outside: nothing is collected for it. */
export async function takeSamples(stage: Stage): Promise<Sampler> {
  const redis = await openRedisConsole(stage);
  const startMs = performance.now();
  const samples: Sample[] = [];
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const minute = (performance.now() - startMs) / 60_000;
    const [worker, server] = [rssMb(stage, "worker"), rssMb(stage, "server")];
    // It may be stopped, or away, or refuse; then there is nothing to tell.
    const told = await Promise.all([redis.call("INFO", "memory"), redis.call("DBSIZE")]).catch(() => null);
    const used = /used_memory:(\d+)/.exec(String(told?.[0]))?.[1];
    samples.push({
      minute,
      values: {
        ...(worker !== null && { "worker RSS, MB": worker }),
        ...(server !== null && { "server RSS, MB": server }),
        ...(used !== undefined && { "Redis memory, MB": Number(used) / MB }),
        ...(told !== null && { "Redis keys": Number(told[1]) }),
      },
    });
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking;
      await redis.close();
      return samples;
    },
  };
}

function rssMb({ processes }: Stage, name: "worker" | "server"): number | null {
  try {
    const status = readFileSync(`/proc/${processes[name].pid()}/status`, "utf8");
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(status) ?? [];
    return kilobytes === undefined ? null : (Number(kilobytes) * 1024) / KB / KB;
  } catch {
    // Not there at this moment.
    return null;
  }
}

/**
 * How many bytes of its log a process would have written at production's level; the stage's is `debug`, as invariants read it. Empties
 * the file, which would fill its disk within half an hour.
 */
export function takeLogBytes({ disk }: Stage, name: "worker" | "server"): number {
  const file = join(disk.logDir, `${name}.log`);
  if (statSync(file).size === 0) {
    return 0;
  }
  const lines = readFileSync(file, "utf8").split("\n");
  truncateSync(file);
  return lines
    .filter((line) => line !== "" && !/"level":"(debug|trace)"/.test(line))
    .reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
