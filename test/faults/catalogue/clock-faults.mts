import { setTimeout as delay } from "node:timers/promises";
import type { Fault, ProcessName, Stage, StagedClock } from "../contracts.mts";
import { FAULT_DURATIONS, PERIOD_MS } from "../stage/fault-durations.mts";

const { refresh, server, storage } = FAULT_DURATIONS;

/** Each is seen in the log for at least two periods. */
const EACH_WAY_MS = 2 * PERIOD_MS;
const LOOK_EVERY_MS = 100;

const JUMPS: readonly (readonly [words: string, ms: number])[] = [
  // Beyond what is fresh, below what is taken for a wrong clock.
  ["20 seconds", 20_000],
  ["three hours", 3 * 3_600_000],
  ["a month", 30 * 86_400_000],
];

/** 1970 is what a machine without a battery takes for now until it has asked. */
const BEHIND: readonly (readonly [words: string, offsetMs: () => number])[] = [
  ["an hour behind", () => -3_600_000],
  ["a month behind", () => -30 * 86_400_000],
  ["in 1970", () => 86_400_000 - Date.now()],
];

export const CLOCK_FAULTS: readonly Fault[] = [
  ...JUMPS.map(([words, ms]) => jumps(`clock: ${words} forward, then back`, ms)),
  ...JUMPS.map(([words, ms]) => jumps(`clock: ${words} back, then forward`, -ms)),
  ...BEHIND.flatMap(([words, offsetMs]) => [
    starts(`clock: worker starts ${words}`, ["worker"], offsetMs),
    starts(`clock: server starts ${words}`, ["server"], offsetMs),
  ]),
  starts("clock: worker starts an hour ahead", ["worker"], () => 3_600_000),
];

/** One way, the other way by as much beyond the true time, and right again. */
function jumps(name: string, ms: number): Fault {
  return {
    name,
    occupies: ["clock", "log:lines"],
    needs: "faketime",
    lastsAtLeastMs: 2 * EACH_WAY_MS,
    leaves: { ms: 0, what: "nothing: every wait is measured by the monotonic clock" },
    begin: async (stage) => {
      const clock = clockOf(stage);
      const seen = watchLogs(stage, ["worker", "server"]);
      const setAtMs = Date.now();
      await clock.set(ms);
      let backAtMs = Number.POSITIVE_INFINITY;
      let isOver = false;
      const goesBack = (async () => {
        await delay(EACH_WAY_MS);
        // Another fault may keep both from writing anything for longer.
        while (!isOver && seen(ms, setAtMs, Date.now()) === 0) {
          await delay(LOOK_EVERY_MS);
        }
        if (!isOver) {
          backAtMs = Date.now();
          await clock.set(-ms);
        }
      })();
      // Whoever ends it waits for it; until then its failure is nobody's.
      goesBack.catch(() => undefined);
      return {
        touched: () => seen(ms, setAtMs, backAtMs) * seen(-ms, backAtMs, Date.now()),
        end: async () => {
          isOver = true;
          try {
            await goesBack;
          } finally {
            await clock.set(0);
          }
        },
      };
    },
  };
}

/** They are started with a wrong clock, and it is set right while they run. */
function starts(name: string, processes: readonly ("worker" | "server")[], offsetOf: () => number): Fault {
  return {
    name,
    occupies: ["clock", "log:lines", ...processes.map((each) => `process:${each}` as const)],
    needs: "faketime",
    lastsAtLeastMs: 4_000,
    leaves: {
      ms: processes.includes("worker")
        ? refresh.lockMs + 2 * refresh.stalledCheckMs
        : server.pollMs + storage.redisLargeMs,
      what: processes.includes("worker")
        ? "the lock of the dead run, and two looks for such locks"
        : "the first read of the stores",
    },
    begin: async (stage) => {
      const clock = clockOf(stage);
      const offsetMs = offsetOf();
      for (const each of processes) {
        await stage.processes[each].kill();
      }
      const seen = watchLogs(stage, processes);
      const setAtMs = Date.now();
      await clock.set(offsetMs);
      for (const each of processes) {
        await stage.processes[each].restart();
      }
      // However long that took, something is published or served before the clock is right again.
      await delay(2 * PERIOD_MS);
      return { touched: () => seen(offsetMs, setAtMs, Date.now()), end: () => clock.set(0) };
    },
  };
}

function clockOf({ clock }: Stage): StagedClock {
  if (clock === null) {
    throw new Error("This stage has no clock of its own");
  }
  return clock;
}

/** How long a change of the clock, and a line, may take. */
const SLACK_MS = 1_000;

/** Counts the log lines from now on that were written in a span of the true time with a clock that was so far from it. */
function watchLogs(
  { processes }: Stage,
  names: readonly ProcessName[],
): (offsetMs: number, fromMs: number, toMs: number) => number {
  const before = new Map(names.map((name) => [name, processes[name].output().length]));
  return (offsetMs, fromMs, toMs) => {
    const isOfOffset = (line: string): boolean => {
      const trueMs = Date.parse(/"time":"([^"]+)"/.exec(line)?.[1] ?? "") - offsetMs;
      return trueMs >= fromMs - SLACK_MS && trueMs <= toMs + SLACK_MS;
    };
    return names.flatMap((name) => processes[name].output().slice(before.get(name)).split("\n")).filter(isOfOffset)
      .length;
  };
}
