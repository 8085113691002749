import { PulseboardError } from "@pulseboard/runtime";
import { freshUntilMs, SCHEMA_VERSION, unixMsFromIso } from "@pulseboard/snapshot";
import { howToRun } from "../installation/how-to-run.ts";
import type { Check } from "../operator/checks.ts";
import type { Configured } from "./configuration.ts";
import type { Stored } from "./stored.ts";
import { failed, ok, unknown, warning } from "./verdicts.ts";
import { duration, size } from "./words.ts";

/** The newest may be on its way to the other stores. */
const TOLERATED_DIFFERENCE = 1;

export interface SnapshotContext {
  readonly configured: Configured;
  readonly nowMs: number;
  /** Stores that another section has failed: that they are behind follows from it. */
  readonly failedStores: readonly string[];
}

/** What lies in the stores. A store that is away has its own line elsewhere. */
export function judgeSnapshot(
  stored: readonly Stored[],
  { configured: { config, periodMs }, nowMs, failedStores }: SnapshotContext,
): readonly Check[] {
  const newest = Math.max(0, ...stored.map(({ snapshot }) => snapshot?.sequence ?? 0));
  const checks = stored.map((each) => judgeStore(each, { newest, origin: config.origin, failedStores }));
  const [at] = stored.flatMap(({ snapshot }) => (snapshot?.sequence === newest ? [snapshot] : []));
  if (at === undefined) {
    return checks;
  }
  const generatedAtMs = unixMsFromIso(at.generated_at);
  const ageMs = nowMs - generatedAtMs;
  const isFresh = nowMs < freshUntilMs({ generatedAtMs, periodMs, freshForMs: config.freshForMs });
  const seen = `the newest is ${duration(Math.max(0, ageMs))} old`;
  const cure = "See the section worker, and the worker's log.";
  return [...checks, isFresh ? ok("age", seen) : failed("age", { seen, expected: "three periods at most", cure })];
}

interface Expected {
  readonly newest: number;
  readonly origin: string;
  readonly failedStores: readonly string[];
}

function judgeStore({ store, snapshot, bytes, problem }: Stored, { newest, origin, failedStores }: Expected): Check {
  if (problem instanceof PulseboardError && problem.code !== "publication_damaged") {
    // Redis and memcached have their own sections; the disk has none.
    return store === "disk"
      ? failed(store, {
          seen: problem.message,
          cure: problem.hint ?? "Check the folder DATA_DIR: its rights, its disk.",
        })
      : unknown(store, "it cannot be read");
  }
  if (problem !== null) {
    const seen = typeof problem === "string" ? problem : problem.message;
    return failed(store, { seen, cure: "Let no other program write there: the next refresh replaces it." });
  }
  if (snapshot === null) {
    const cure = `Wait for the next refresh, or run ${howToRun("refresh", "npm run refresh")}; see the worker's log.`;
    return failed(store, { seen: "no snapshot", cure });
  }
  const seen = `sequence ${snapshot.sequence}, schema ${snapshot.schema_version}, ${snapshot.origin}, ${size(bytes)}`;
  if (snapshot.origin !== origin) {
    const cure = "Give each installation its own Redis database, KEY_PREFIX and DATA_DIR.";
    return failed(store, { seen, expected: `the origin ${origin}`, cure });
  }
  if (newest - snapshot.sequence > TOLERATED_DIFFERENCE) {
    if (failedStores.includes(store)) {
      return unknown(store, `${seen}; it is behind for what its own section says`);
    }
    const cure = "See in the worker's log why it does not write there.";
    return failed(store, { seen, expected: `sequence ${newest}, as elsewhere`, cure });
  }
  return snapshot.schema_version === SCHEMA_VERSION
    ? ok(store, seen)
    : warning(store, { seen, expected: `schema ${SCHEMA_VERSION}`, cure: "Restart the worker with this version." });
}
