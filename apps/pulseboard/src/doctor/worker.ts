import { hostname } from "node:os";
import { type Build, redactCredentials } from "@pulseboard/runtime";
import type { WorkerStatus } from "@pulseboard/snapshot";
import type { Check } from "../operator/checks.ts";
import type { Stored } from "./stored.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { duration } from "./words.ts";

const SILENT_PERIODS = 3;

/** What this installation's worker is expected to say. */
export interface ExpectedWorker {
  readonly build: Build;
  readonly dataDir: string;
  readonly nowMs: number;
  /** Whether another section has a line about this reason: what it follows from is said once. */
  readonly isSaid: (code: string) => boolean;
}

/** The newest word of a worker in any store; null without one. */
export function newestStatus(stored: readonly Stored[]): WorkerStatus | null {
  const found = stored.flatMap(({ status }) => (status === null ? [] : [status]));
  return found.toSorted((a, b) => Date.parse(b.written_at) - Date.parse(a.written_at))[0] ?? null;
}

/** What the worker says of itself, and whether it is ours. */
export function judgeWorker(stored: readonly Stored[], expected: ExpectedWorker): readonly Check[] {
  const status = newestStatus(stored);
  if (status === null) {
    const cure = "Start it (pm2 start ecosystem.config.js); if it runs, see its log.";
    return [failed("word", { seen: "no worker has said anything", cure })];
  }
  const { build, nowMs } = expected;
  const ageMs = nowMs - Date.parse(status.written_at);
  const seen = `${describe(status)}, ${duration(Math.max(0, ageMs))} ago`;
  const isSilent = ageMs > SILENT_PERIODS * status.period_ms;
  const word = isSilent
    ? failed("word", { seen, expected: "three periods at most", cure: "Look at pm2 status, then at the worker's log." })
    : ok("word", seen);
  // What it said before it fell silent is no news.
  return isSilent
    ? [word]
    : [word, judgeVersion(status, build), ...judgeOwner(stored, status, expected), ...judgeReasons(status, expected)];
}

function describe({ pid, host, data_dir }: WorkerStatus): string {
  return `process ${pid} on ${host} with DATA_DIR ${data_dir}`;
}

function judgeVersion({ version }: WorkerStatus, build: Build): Check {
  const ours = `${build.version}+${build.commit}`;
  return version === ours
    ? ok("version", version)
    : failed("version", { seen: version, expected: ours, cure: "Restart the worker: pm2 restart pulseboard-worker." });
}

/** Our worker writes to our disk; what another one says is in Redis only. */
function judgeOwner(
  stored: readonly Stored[],
  newest: WorkerStatus,
  { dataDir, nowMs }: ExpectedWorker,
): readonly Check[] {
  const own = stored.find(({ store }) => store === "disk")?.status ?? null;
  const statuses = stored.flatMap(({ status }) => (status === null ? [] : [status]));
  const isLate = ({ written_at, period_ms }: WorkerStatus): boolean =>
    nowMs - Date.parse(written_at) > SILENT_PERIODS * period_ms;
  const isSame = (a: WorkerStatus, b: WorkerStatus): boolean => a.pid === b.pid && a.host === b.host;
  // Between containers the host has another name, and the volume is the same.
  const isHere = (status: WorkerStatus): boolean => status.host === hostname() || (own !== null && isSame(status, own));
  const isOurs = (status: WorkerStatus): boolean =>
    isHere(status) && dataDir.endsWith(status.data_dir.replace(/^\.\.\./, ""));
  const others = statuses.filter(
    (status) => !isLate(status) && (own === null ? !isOurs(status) : !isSame(status, own) && !isLate(own)),
  );
  const [other] = isOurs(newest) && others.length === 0 ? [] : [...others, ...(isOurs(newest) ? [] : [newest])];
  if (other === undefined) {
    return [];
  }
  const ourOwn =
    own === null || !isOurs(own) ? `ours would have DATA_DIR ${dataDir} on ${hostname()}` : `ours is ${describe(own)}`;
  return [
    warning("another worker", {
      seen: `${describe(other)} uses the same keys; ${ourOwn}`,
      cure: "End one of the two, or give each installation its own KEY_PREFIX.",
    }),
  ];
}

const CURES: readonly (readonly [RegExp, string])[] = [
  [/^exchange_paused:exchange_geo_blocked/, "Run from another region, or set EXCHANGE_URL to a mirror."],
  [/^exchange_paused:/, "Wait; a restart does not shorten it."],
  [/^exchange_(?:frozen|lagging)/, "If EXCHANGE_URL is a mirror, look at its cache; else wait."],
  [/^store_unwritable:disk/, "Look at the rights and the free space of DATA_DIR."],
  [/^store_unwritable:/, "The worker's log has the reason: no memory, no rights, a replica."],
  [/^queue_silent/, "Resume the queue if somebody has paused it; else see what Redis refuses in the worker's log."],
];

function judgeReasons({ reasons, last_failure }: WorkerStatus, { isSaid }: ExpectedWorker): readonly Check[] {
  return reasons
    .filter(({ code }) => !isSaid(code))
    .map(({ code, since, until }) => {
      const [, cure = `Look up ${code.replace(/^.*:/, "")} in docs/operations.md, and see the worker's log.`] =
        CURES.find(([pattern]) => pattern.test(code)) ?? [];
      const where =
        last_failure?.endpoint != null && code.startsWith("refresh_failing:") ? ` (${last_failure.endpoint})` : "";
      const seen = `since ${since}${until === null ? "" : `, until ${until}`}${redactCredentials(where)}`;
      return failed(code, { seen, cure });
    });
}
