import type { Occupied, Timeline, Violation } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import { type LogLine, MOBILE_PATH, machineDelayMs, type Observations } from "./observations.mts";
import { lastEndWithin, occupiedSpans, serverAwaySpans, since } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** What lies between a store and the server: while a fault occupies it, nothing has reached the server. */
const WAYS: Readonly<Record<string, readonly Occupied[]>> = {
  disk: ["disk:data"],
  redis: ["redis", "process:redis", "link:server-redis"],
};

/** The server looks at each store every `pollMs`: the second look is certain. Then it reads, and prepares the bytes. */
const REACHES_WITHIN_MS =
  2 * FAULT_DURATIONS.server.pollMs +
  Math.max(FAULT_DURATIONS.storage.diskMs, FAULT_DURATIONS.storage.redisLargeMs) +
  500;

/** Of any other status judgeDocuments complains. */
const ANSWERED: readonly number[] = [200, 304];

interface Publication {
  readonly sequence: number;
  readonly atMs: number;
  /** The stores that did not take it. */
  readonly failed: ReadonlySet<string>;
}

/**
 * I1, third part: the answer is the newest that reached the server. The worker's log says when a sequence was published and which store
 * did not take it. It has reached the server when a store that took it, and the way from there to the server, have been free of faults for
 * two polls and a read, in which the server was there. memcached, a cache, need not bring it.
 */
export function judgeNewest({ answers, bare, lines }: Observations, timeline: Timeline): readonly Violation[] {
  const originMs = answers[0]?.sentMs ?? 0;
  const away = serverAwaySpans(timeline);
  const publications = publicationsOf(lines);
  const ways = Object.entries(WAYS).map(([store, way]) => ({
    store,
    blocked: [...occupiedSpans(timeline, way), ...away],
  }));

  const hasReached = ({ atMs, failed }: Publication, byMs: number): boolean =>
    ways.some(({ store, blocked }) => {
      const availableMs = byMs - lastEndWithin(blocked, atMs, byMs);
      return (
        !failed.has(store) &&
        availableMs > REACHES_WITHIN_MS &&
        availableMs > REACHES_WITHIN_MS + machineDelayMs(bare, byMs - availableMs, byMs)
      );
    });

  const sentences = answers.flatMap(({ path, sentMs, status, error, sequence }): readonly string[] => {
    if (path !== MOBILE_PATH || error !== null || !ANSWERED.includes(status)) {
      return [];
    }
    const newer = publications.find((each) => each.sequence > (sequence ?? 0) && hasReached(each, sentMs));
    return newer === undefined
      ? []
      : [
          `${path}, asked ${since(originMs, sentMs)} after the first request: ${sequence ?? "no snapshot"}, though ${newer.sequence} was published ${since(newer.atMs, sentMs)} before`,
        ];
  });
  return violationsOf("I1", sentences);
}

/** What the worker says that it published. */
function publicationsOf(lines: readonly LogLine[]): readonly Publication[] {
  const ofWorker = lines.filter(({ process }) => process === "worker");
  return ofWorker
    .filter(({ msg }) => msg === "Refreshed" || msg === "First overview")
    .map(({ atMs, fields: { sequence } }) => ({
      sequence: Number(sequence),
      atMs,
      failed: new Set(
        ofWorker
          .filter(({ msg, fields }) => msg === "Not published to this store" && fields.sequence === sequence)
          .map(({ fields }) => String(fields.store)),
      ),
    }));
}
