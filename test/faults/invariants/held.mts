import type { HeldResources, LinkName, Violation } from "../contracts.mts";
import { violationsOf } from "./violations.mts";

/** The worker keeps up to 48 connections to the exchange, as many as it ever needed at once; reference data have their own. */
const EXCHANGE_POOL = 48 + 4;
/** At any moment one connection may be a probe, or the successor of another. */
const MORE_CONNECTIONS = 1;

/**
 * By how much more a process may hold after recovery than before the first fault. On 100 stages the heap grew by up to 3.4 MB
 * within a minute, with or without faults (histories that grow to a limit, code that is compiled when it is first needed), the
 * memory as the system counts it by up to 13 MB, on larger ones by 23, sockets by up to 2 and timers by 4.
 */
const MORE_MAY_BE: HeldResources = { heapUsedBytes: 5_000_000, rssBytes: 30_000_000, sockets: 4, timers: 6 };

/** What a process held when all was well, and after recovery; in both cases the least of several looks, a moment apart. */
export interface HeldBeforeAndAfter {
  readonly process: "worker" | "server";
  readonly before: HeldResources;
  readonly after: HeldResources;
}

export type Connections = Readonly<Record<LinkName, number>>;

export interface HeldComparison {
  readonly processes: readonly HeldBeforeAndAfter[];
  /** The connections over each link, before and after. */
  readonly links: { readonly before: Connections; readonly after: Connections };
}

/**
 * I8: memory, sockets and timers return to where they were, and so do the connections over each link. A process that was started again is
 * compared with what it held after its first work. The worker's connections to the exchange are bounded by its pool alone.
 */
export function judgeHeld({ processes, links }: HeldComparison): readonly Violation[] {
  const pool = (name: keyof HeldResources, process: string): number =>
    name === "sockets" && process === "worker" ? EXCHANGE_POOL : 0;
  const ofProcesses = processes.flatMap(({ process, before, after }) =>
    RESOURCES.filter((name) => after[name] > before[name] + MORE_MAY_BE[name] + pool(name, process)).map(
      (name) => `${process}: ${name} ${after[name]}, and ${before[name]} before`,
    ),
  );
  const ofLinks = LINKS.filter((link) => links.after[link] > mostOf(link, links.before)).map(
    (link) => `${link}: ${links.after[link]} connections, and ${links.before[link]} before`,
  );
  return violationsOf("I8", [...ofProcesses, ...ofLinks]);
}

/** "I8: worker: heapUsedBytes 41.0 MB -> 42.1 MB, ...", and "I8: connections worker-redis 3 -> 3, ...". */
export function describeHeld({ processes, links }: HeldComparison): readonly string[] {
  return [
    ...processes.map(
      ({ process, before, after }) =>
        `I8: ${process}: ${RESOURCES.map((name) => `${name} ${shown(name, before)} -> ${shown(name, after)}`).join(", ")}`,
    ),
    `I8: connections: ${LINKS.map((link) => `${link} ${links.before[link]} -> ${links.after[link]}`).join(", ")}`,
  ];
}

/** The least of each resource: a refresh that is under way holds more for a moment. */
export function least<Name extends string>(
  all: readonly Readonly<Record<Name, number>>[],
): Readonly<Record<Name, number>> {
  return all.reduce((found, next) => {
    const entries = Object.entries<number>(found).map(([name, value]) => [name, Math.min(value, next[name as Name])]);
    return Object.fromEntries(entries) as Record<Name, number>;
  });
}

const RESOURCES = ["heapUsedBytes", "rssBytes", "sockets", "timers"] as const;
const LINKS = ["worker-redis", "server-redis", "worker-memcached", "server-memcached", "worker-exchange"] as const;

function mostOf(link: LinkName, before: Connections): number {
  return link === "worker-exchange" ? EXCHANGE_POOL : before[link] + MORE_CONNECTIONS;
}

function shown(name: keyof HeldResources, held: HeldResources): string {
  return name.endsWith("Bytes") ? `${(held[name] / 1e6).toFixed(1)} MB` : String(held[name]);
}
