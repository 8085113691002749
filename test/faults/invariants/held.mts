import type { HeldResources, Violation } from "../contracts.mts";

/**
 * By how much more a process may hold after recovery than before the first fault. TOLERANCES
 */
const MORE_MAY_BE: HeldResources = { heapUsedBytes: 6_000_000, rssBytes: 40_000_000, sockets: 4, timers: 4 };

/** What a process held when all was well, and after recovery; in both cases the least of several looks, a moment apart. */
export interface HeldBeforeAndAfter {
  readonly process: "worker" | "server";
  readonly before: HeldResources;
  readonly after: HeldResources;
}

/** I8: memory, sockets and timers return to where they were. A process that was started again is compared with its own first moments. */
export function judgeHeld(compared: readonly HeldBeforeAndAfter[]): readonly Violation[] {
  return compared.flatMap(({ process, before, after }) =>
    RESOURCES.filter((name) => after[name] > before[name] + MORE_MAY_BE[name]).map((name) => ({
      invariant: "I8",
      what: `${process}: ${name} ${after[name]}, and ${before[name]} before`,
    })),
  );
}

/** "I8: worker heapUsedBytes 41 -> 42 MB, ..." */
export function describeHeld(compared: readonly HeldBeforeAndAfter[]): readonly string[] {
  return compared.map(
    ({ process, before, after }) =>
      `I8: ${process}: ${RESOURCES.map((name) => `${name} ${shown(name, before)} -> ${shown(name, after)}`).join(", ")}`,
  );
}

/** The least of each resource: a refresh that is under way holds more for a moment. */
export function least(all: readonly HeldResources[]): HeldResources {
  const of = (name: keyof HeldResources): number => Math.min(...all.map((held) => held[name]));
  return {
    heapUsedBytes: of("heapUsedBytes"),
    rssBytes: of("rssBytes"),
    sockets: of("sockets"),
    timers: of("timers"),
  };
}

const RESOURCES = ["heapUsedBytes", "rssBytes", "sockets", "timers"] as const;

function shown(name: keyof HeldResources, held: HeldResources): string {
  return name.endsWith("Bytes") ? `${(held[name] / 1e6).toFixed(1)} MB` : String(held[name]);
}
