import type { Fault, LinkName, Occupied, RunningFault, Stage, TrafficShape } from "../contracts.mts";
import { FAULT_DURATIONS, FRESH_FOR_MS, PERIOD_MS } from "../stage/fault-durations.mts";

const { exchange, redis, refresh, server, storage } = FAULT_DURATIONS;

/** What a busy machine may add to what the program does by its durations, ms. */
const SLACK_MS = 1_000;

/** How much a link must be troubled to be slow, or too slow; each in the terms of what passes over it. */
interface LinkProfile {
  readonly link: LinkName;
  /** One way. There and back it stays below the deadline of a small call, so that everything works, only late. */
  readonly slowMs: number;
  /** One way. There and back it is above the deadline of every call. */
  readonly tooSlowMs: number;
  /** So little that the documents, or the answers about a symbol, need longer than their deadline. */
  readonly narrowBytesPerSecond: number;
  /** In the middle of a document, or of an answer; small answers pass before. */
  readonly cutAfterBytes: number;
  /** Until the next use of the link at the latest, whatever the moment, ms. */
  readonly usedWithinMs: number;
  readonly leaves: Fault["leaves"];
  /** What /readyz says when nothing at all gets through. */
  readonly names: NonNullable<Fault["names"]>;
}

const WORKER_STORE_NAMED_MS = PERIOD_MS + refresh.answerMs + storage.redisLargeMs + server.pollMs + SLACK_MS;
const SERVER_STORE_NAMED_MS = server.pollMs + storage.redisSmallMs + SLACK_MS;

const PROFILES: readonly LinkProfile[] = [
  {
    link: "worker-redis",
    slowMs: 80,
    tooSlowMs: 600,
    narrowBytesPerSecond: 20_000,
    cutAfterBytes: 1_500,
    usedWithinMs: PERIOD_MS,
    leaves: {
      ms: redis.maxRetryMs + refresh.lockMs + 2 * refresh.stalledCheckMs,
      what: "a new connection, then the lock of a run whose worker never learned that it has it, and two looks for such locks",
    },
    names: { reasons: ["store_unwritable:redis"], afterMs: WORKER_STORE_NAMED_MS },
  },
  {
    link: "server-redis",
    slowMs: 80,
    tooSlowMs: 600,
    narrowBytesPerSecond: 20_000,
    // It reads documents here only when the disk, which is faster, does not have them.
    cutAfterBytes: 400,
    usedWithinMs: server.pollMs,
    leaves: {
      ms: redis.maxRetryMs + server.pollMs + storage.redisLargeMs,
      what: "a new connection, and the next read of all documents",
    },
    names: { reasons: ["store_away:redis"], afterMs: SERVER_STORE_NAMED_MS },
  },
  {
    link: "worker-memcached",
    slowMs: 40,
    tooSlowMs: 250,
    narrowBytesPerSecond: 20_000,
    cutAfterBytes: 20,
    usedWithinMs: PERIOD_MS,
    leaves: {
      ms: storage.storeHangsMs + storage.memcachedReconnectMs,
      what: "a publication that waits for memcached, and a new connection",
    },
    names: { reasons: ["store_unwritable:memcached"], afterMs: WORKER_STORE_NAMED_MS },
  },
  {
    link: "server-memcached",
    slowMs: 40,
    tooSlowMs: 250,
    narrowBytesPerSecond: 20_000,
    cutAfterBytes: 1_500,
    usedWithinMs: server.pollMs,
    leaves: { ms: storage.memcachedCallMs + storage.memcachedReconnectMs, what: "one call, and a new connection" },
    names: { reasons: ["store_away:memcached"], afterMs: SERVER_STORE_NAMED_MS },
  },
  {
    link: "worker-exchange",
    slowMs: 150,
    tooSlowMs: 600,
    narrowBytesPerSecond: 10_000,
    cutAfterBytes: 3_000,
    usedWithinMs: PERIOD_MS,
    leaves: {
      ms: exchange.callDeadlineMs + exchange.outagePauseMs,
      what: "one call with its retries, and the pause of an exchange that is away",
    },
    names: { reasons: ["snapshot_stale"], afterMs: FRESH_FOR_MS + PERIOD_MS + SLACK_MS },
  },
];

async function shaped({ links }: Stage, link: LinkName, shape: TrafficShape): Promise<RunningFault> {
  links[link].shape(shape);
  return { touched: () => links[link].touched(), end: async () => links[link].shape({}) };
}

/** Resets the connections once; if there are none yet, as soon as somebody looks and there are. */
async function reset({ links }: Stage, link: LinkName): Promise<RunningFault> {
  let touched = 0;
  const resetSome = (): number => {
    if (touched === 0) {
      links[link].resetAll();
      touched = links[link].touched();
    }
    return touched;
  };
  resetSome();
  return { touched: resetSome, end: async () => undefined };
}

/**
 * Resets the connections as well: those who have one would never notice that they would get no other. The system refuses
 * without telling us, but the refused process logs it.
 */
async function refused({ links, processes }: Stage, link: LinkName): Promise<RunningFault> {
  const proxy = links[link];
  const client = processes[link.startsWith("worker") ? "worker" : "server"];
  const loggedBefore = client.output().length;
  proxy.shape({ refuse: true });
  proxy.resetAll();
  const touched = proxy.touched();
  const refusals = (): number =>
    client.output().slice(loggedBefore).split(`ECONNREFUSED 127.0.0.1:${proxy.port}`).length - 1;
  return { touched: () => touched || refusals(), end: async () => proxy.shape({}) };
}

function linkFaults(profile: LinkProfile): readonly Fault[] {
  const { link, slowMs, tooSlowMs, narrowBytesPerSecond, cutAfterBytes, usedWithinMs, leaves, names } = profile;
  const occupies: readonly Occupied[] = [`link:${link}`];
  const common = { occupies, lastsAtLeastMs: usedWithinMs + 500, leaves };
  /** Nothing gets through: it lasts until /readyz must say so. */
  const total = { ...common, lastsAtLeastMs: names.afterMs + server.pollMs, names };
  return [
    { ...common, name: `${link}: late`, begin: (stage) => shaped(stage, link, { latencyMs: slowMs }) },
    { ...common, name: `${link}: too late`, begin: (stage) => shaped(stage, link, { latencyMs: tooSlowMs }) },
    {
      ...common,
      name: `${link}: narrow`,
      begin: (stage) => shaped(stage, link, { bytesPerSecond: narrowBytesPerSecond }),
    },
    {
      ...common,
      name: `${link}: in slices of 1 to 7 bytes`,
      begin: (stage) => shaped(stage, link, { sliceBytes: 1 + (stage.seed % 7) }),
    },
    { ...common, name: `${link}: reset`, lastsAtLeastMs: 0, begin: (stage) => reset(stage, link) },
    {
      ...common,
      name: `${link}: reset within an answer`,
      begin: (stage) => shaped(stage, link, { resetAfterBytes: cutAfterBytes }),
    },
    {
      ...common,
      name: `${link}: truncated`,
      begin: (stage) => shaped(stage, link, { truncateAfterBytes: cutAfterBytes }),
    },
    { ...total, name: `${link}: half-open`, begin: (stage) => shaped(stage, link, { silent: true }) },
    {
      ...total,
      name: `${link}: refused`,
      occupies: [...occupies, "log:lines"],
      begin: (stage) => refused(stage, link),
    },
  ];
}

/** Each shape of traffic on each link. */
export const LINK_FAULTS: readonly Fault[] = PROFILES.flatMap(linkFaults);
