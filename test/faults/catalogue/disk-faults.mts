import type { Fault, StagedDisk } from "../contracts.mts";
import { FAULT_DURATIONS, PERIOD_MS } from "../stage/fault-durations.mts";

const { refresh, runtime, server, storage } = FAULT_DURATIONS;

/** A refresh begins each period and takes less than one; then the server reads what the worker says about its publication. */
const UNWRITABLE_AFTER_MS = 2 * PERIOD_MS + 2 * server.pollMs;
/** The server looks by itself. */
const AWAY_AFTER_MS = 2 * server.pollMs + storage.diskMs;

const STEADY = {
  ms: runtime.maxSteadyMs,
  what: "a disk that failed more than once has to work for a while before it counts as there",
};
const HANGING = {
  ms: storage.storeHangsMs + runtime.maxSteadyMs,
  what: "a publication that waits for the disk, and the while that the disk has to work before it counts as there",
};

export const DISK_FAULTS: readonly Fault[] = [
  data("disk: full", "tmpfs", {
    leaves: STEADY,
    reason: "store_unwritable:disk",
    begin: (disk) => disk.fill("data"),
    end: (disk) => disk.free("data"),
  }),
  data("disk: read-only", "tmpfs", {
    leaves: STEADY,
    reason: "store_unwritable:disk",
    begin: (disk) => disk.readOnly("data", true),
    end: (disk) => disk.readOnly("data", false),
  }),
  calls("disk: hangs", "hang", HANGING, "store_away:disk"),
  calls("disk: slow", "slow", HANGING),
  calls("disk: folder cannot be synced", "unsyncable", STEADY),
  calls("disk: nothing can be synced", "broken", STEADY, "store_unwritable:disk"),
  startsOnHanging("worker", {
    ms: refresh.lockMs + 2 * refresh.stalledCheckMs + HANGING.ms,
    what: "the lock of the dead run, two looks for such locks, and a publication that waits for the disk",
  }),
  startsOnHanging("server", HANGING),
  log("log: disk full", "tmpfs", (disk, on) => (on ? disk.fill("log") : disk.free("log"))),
  log("log: disk hangs", "shim", (disk, on) => disk.logCalls(on ? "hang" : "none")),
  log("log: disk slow", "shim", (disk, on) => disk.logCalls(on ? "slow" : "none")),
  log("log: disk read-only", "shim", (disk, on) => disk.logCalls(on ? "readOnly" : "none")),
];

/** A log is never synced, so a disk that cannot do that is no fault of it. */
function log(name: string, needs: "tmpfs" | "shim", set: (disk: StagedDisk, on: boolean) => Promise<void>): Fault {
  return {
    name,
    occupies: ["disk:log", "log:lines"],
    needs,
    lastsAtLeastMs: 2 * PERIOD_MS,
    leaves: { ms: 0, what: "nothing: no line is waited for" },
    begin: async ({ disk }) => {
      await set(disk, true);
      return { touched: () => disk.touched("log"), end: () => set(disk, false) };
    },
  };
}

function data(
  name: string,
  needs: "tmpfs" | "shim",
  how: {
    readonly leaves: Fault["leaves"];
    /** Named by /readyz while it lasts. */
    readonly reason?: string | undefined;
    begin(disk: StagedDisk): Promise<void>;
    end(disk: StagedDisk): Promise<void>;
  },
): Fault {
  const { leaves, reason } = how;
  const afterMs = reason?.startsWith("store_away") ? AWAY_AFTER_MS : UNWRITABLE_AFTER_MS;
  return {
    name,
    occupies: ["disk:data"],
    needs,
    lastsAtLeastMs: Math.max(2 * PERIOD_MS, afterMs),
    leaves,
    ...(reason !== undefined && { names: { reasons: [reason], afterMs } }),
    begin: async ({ disk }) => {
      await how.begin(disk);
      return { touched: () => disk.touched("data"), end: () => how.end(disk) };
    },
  };
}

function calls(
  name: string,
  mode: "hang" | "slow" | "unsyncable" | "broken",
  leaves: Fault["leaves"],
  reason?: string,
) {
  return data(name, "shim", {
    leaves,
    reason,
    begin: (disk) => disk.calls(mode),
    end: (disk) => disk.calls("none"),
  });
}

function startsOnHanging(name: "worker" | "server", leaves: Fault["leaves"]): Fault {
  return {
    name: `disk: ${name} starts while it hangs`,
    occupies: ["disk:data", `process:${name}`],
    needs: "shim",
    lastsAtLeastMs: 2 * PERIOD_MS,
    leaves,
    begin: async ({ disk, processes }) => {
      await processes[name].kill();
      await disk.calls("hang");
      await processes[name].restart();
      return { touched: () => disk.touched("data"), end: () => disk.calls("none") };
    },
  };
}
