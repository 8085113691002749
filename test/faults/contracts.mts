import type { Simulator } from "@pulseboard/simulator";
import type { Random } from "@pulseboard/testing/random";

export type ProcessName = "worker" | "server" | "redis" | "memcached" | "simulator";

/** A pair of processes with a fault proxy between them. */
export type LinkName = "worker-redis" | "server-redis" | "worker-memcached" | "server-memcached" | "worker-exchange";

/** A real process of the system under test. */
export interface StagedProcess {
  readonly name: ProcessName;
  /** The id of the process that runs now, or ran last. */
  pid(): number;
  isRunning(): boolean;
  isPaused(): boolean;
  /** Ends it at once (SIGKILL) and resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on its port and with its folders; Redis and memcached come back empty. */
  restart(): Promise<void>;
  /** Stops it (SIGSTOP); it does nothing any more when this returns. */
  pause(): void;
  resume(): void;
  /** What it has printed in all its runs; worker and server log at debug, which says when a refresh begins and ends. */
  output(): string;
}

/** How a link treats what passes over it; by default it passes on at once. Both directions are treated alike. */
export interface TrafficShape {
  /** Each piece waits this long, in order. */
  readonly latencyMs?: number;
  readonly bytesPerSecond?: number;
  /** Passes on at most so many bytes at a time, each in a packet of its own. */
  readonly sliceBytes?: number;
  /** Nothing passes any more over the connections there are and those to come, and nobody is told (half-open). */
  readonly silent?: boolean;
  /** New connections are refused. */
  readonly refuse?: boolean;
  /** Each connection is reset (RST) after so many bytes of an answer. */
  readonly resetAfterBytes?: number;
  /** Each connection is ended in order (FIN) after so many bytes of an answer: a truncation. */
  readonly truncateAfterBytes?: number;
}

export interface FaultProxy {
  readonly port: number;
  /** Applies to the connections there are and to those to come, until the next call; `{}` ends every fault. */
  shape(shape: TrafficShape): void;
  /** Resets the connections that there are (RST). */
  resetAll(): void;
  connections(): number;
  /** Bytes passed on, delayed, withheld or cut since the last `shape` or `resetAll`, connections refused or reset counted as one. */
  touched(): number;
  /** All bytes that have passed, both ways. */
  passedBytes(): number;
  close(): Promise<void>;
}

/** The wall clock of worker and server, by libfaketime. The monotonic clock is never changed. */
export interface StagedClock {
  /** How far it is from the true one, ms. */
  offsetMs(): number;
  /** Sets it for the processes that run and those that start later. */
  set(offsetMs: number): Promise<void>;
}

/** The disk under DATA_DIR and under the programs' logs, in the hands of the test. */
export interface StagedDisk {
  /** DATA_DIR of worker and server. */
  readonly dataDir: string;
  /** Folder of the files to which worker and server print, NAME.log. */
  readonly logDir: string;
  /** True if `dataDir` and `logDir` are file systems of their own (tmpfs), so that they can be full or read-only. */
  readonly isMounted: boolean;
  fill(which: "data" | "log"): Promise<void>;
  /** Gives back the space that `fill` took. */
  free(which: "data" | "log"): Promise<void>;
  readOnly(which: "data", on: boolean): Promise<void>;
  /**
   * Through an LD_PRELOAD shim: calls below `dataDir` hang, take 150 ms each, or the folder cannot be synced (EINVAL), or neither it
   * nor any file (EIO), in worker and server, until "none".
   */
  calls(mode: "none" | "hang" | "slow" | "unsyncable" | "broken"): Promise<void>;
  /** In the same way, what worker and server print hangs, takes 150 ms a call, or is refused (EROFS), until "none". */
  logCalls(mode: "none" | "hang" | "slow" | "readOnly"): Promise<void>;
  /** Calls that met the shim's mode since it was set, and what a full or read-only disk has refused since it became so. */
  touched(which: "data" | "log"): Promise<number>;
}

/** The resources that a process holds, as it tells over IPC after a garbage collection. */
export interface HeldResources {
  readonly heapUsedBytes: number;
  readonly rssBytes: number;
  readonly sockets: number;
  readonly timers: number;
}

/** The system under test: the real program with short durations, its services, and a fault proxy between every pair. */
export interface Stage {
  readonly seed: number;
  readonly random: Random;
  readonly processes: Readonly<Record<ProcessName, StagedProcess>>;
  readonly links: Readonly<Record<LinkName, FaultProxy>>;
  /** The phone's port: "http://127.0.0.1:PORT". It limits no address: the client that watches asks 50 times a second. */
  readonly serverUrl: string;
  /** Past every proxy, for the test itself. */
  readonly redisUrl: string;
  readonly memcachedAddress: string;
  readonly simulator: {
    readonly url: string;
    /** Market time at the simulator's first start, Unix ms, and its seed: any answer can be computed again from them. */
    readonly startAtMs: number;
    readonly marketSeed: number;
    readonly symbolCount: number;
    /** Each request meets it by default; otherwise this share of them, or of those about these symbols. */
    setFault(
      endpoint: string,
      fault: string,
      which?: { readonly share?: number; readonly symbols?: readonly string[] | undefined },
    ): Promise<void>;
    clearFaults(): Promise<void>;
    stats(): Promise<ReturnType<Simulator["stats"]>>;
  };
  readonly disk: StagedDisk;
  /** Null where libfaketime is missing. */
  readonly clock: StagedClock | null;
  readonly periodMs: number;
  readonly symbols: number;
  held(process: "worker" | "server"): Promise<HeldResources>;
  close(): Promise<void>;
}

/** Something of the stage that a fault occupies; two faults that occupy the same are not combined. */
export type Occupied =
  | `process:${ProcessName}`
  | `link:${LinkName}`
  | "exchange"
  | "redis"
  | "memcached"
  | "clock"
  | "disk:data"
  | "disk:log"
  /** The lines of the log, from which a fault learns at once what it has met. */
  | "log:lines";

/** What the machine must have for a fault. */
export type Tool = "faketime" | "tmpfs" | "shim";

/** What is known of a fault about some symbols, by `performance.now()`, ms. */
export interface Unanswered {
  /** Nothing true can be had about these ... */
  readonly symbols: readonly string[];
  /** ... at least from then ... */
  readonly fromMs: number;
  /** ... to then; null while it lasts. */
  readonly toMs: number | null;
  /** The exchange answers about the others, and nothing is a reason to pause. */
  readonly othersGoOn: boolean;
}

export interface RunningFault {
  readonly unanswered?: Unanswered;
  /** Bytes, commands, requests or signals that have met it so far. 0 at its end fails the seed. */
  touched(): Promise<number> | number;
  end(): Promise<void>;
}

/** An entry of the catalogue. */
export interface Fault {
  /** "kill worker", "worker-redis: half-open", "exchange: too many requests for some symbols". */
  readonly name: string;
  readonly occupies: readonly Occupied[];
  readonly needs?: Tool;
  /** How long it has to last at least to be met, ms. */
  readonly lastsAtLeastMs: number;
  /** The longest bound of the program that may still run when it has ended, ms, and what that is. */
  readonly leaves: { readonly ms: number; readonly what: string };
  /**
   * Entries of /readyz's `degraded` of which one must appear if it lasts long enough (`afterMs`), and be gone after recovery.
   * Without it, only the general rules hold.
   */
  readonly names?: { readonly reasons: readonly string[]; readonly afterMs: number };
  begin(stage: Stage): Promise<RunningFault>;
}

/** A broken promise. */
export interface Violation {
  /** I1 ... I9, or "untouched". */
  readonly invariant: string;
  readonly what: string;
}

/** A watcher of some invariants: it starts before the first fault and gives its verdict after recovery. */
export interface Invariant {
  /** Begins to watch a stage that is in order. */
  watch(stage: Stage, timeline: Timeline): Promise<Watcher>;
}

export interface Watcher {
  /** Stops watching; what was broken. It may wait for recovery, as long as that may take. */
  verdict(): Promise<readonly Violation[]>;
  /** After the verdict: lines for the seed's report, with what was measured. */
  facts?(): readonly string[];
}

/** What the harness did and when, by `performance.now()`, ms. */
export interface Timeline {
  /** Faults that were begun; `endedMs` is null while one lasts. */
  readonly faults: readonly { readonly fault: Fault; readonly beganMs: number; readonly endedMs: number | null }[];
  /** Spans in which the server process was stopped, killed or not yet answering. */
  readonly serverAway: readonly { readonly fromMs: number; readonly toMs: number | null }[];
  /** Of those faults, what they kept back. */
  readonly unanswered: readonly Unanswered[];
  /** Moments at which the harness set the wall clock. */
  readonly clockSets: readonly number[];
}
