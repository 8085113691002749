import { systemClock } from "@pulseboard/runtime";
import { type Candidate, startCandidate } from "./candidate.ts";
import { DeployError } from "./deploy-error.ts";
import { createJudge } from "./judge.ts";
import { lastWords } from "./last-words.ts";
import { type Layout, linkCurrent, type Release } from "./layout.ts";
import type { AppName, Pm2 } from "./pm2.ts";
import type { Report } from "./report.ts";
import { type RunOptions, run } from "./run.ts";
import { isTaken, servedMarket } from "./served.ts";
import { readSettings, type Settings } from "./settings.ts";
import { patienceWith, watchAnswers } from "./watch-answers.ts";
import { watchWorker } from "./watch-worker.ts";

export interface AttemptOptions {
  readonly layout: Layout;
  /** The release that is to run. */
  readonly release: Release;
  readonly pm2: Pm2;
  readonly report: Report;
  readonly tools: Pick<RunOptions, "env" | "signal" | "log">;
  /** Aborts the signal of `tools`. */
  readonly giveUp: (reason: DeployError) => void;
}

/** A release on its way to be the one that runs: the steps 4 to 7. */
export interface Attempt {
  checkConfiguration(): Promise<string>;
  rehearse(): Promise<string>;
  switchOver(): Promise<string>;
  validate(): Promise<string>;
  /** Ends the server beside the running one, if it is there. */
  close(): Promise<void>;
  readonly settings: () => Settings;
  /** Phones may be answered by the new server. */
  readonly isServerReplaced: () => boolean;
  /** The newer schema of two releases may have been written: the older one can read nothing until its own worker has published. */
  readonly wroteNewerSchema: () => boolean;
}

/** How long a worker may need for its first publication. */
const FIRST_SNAPSHOT_MS = 180_000;
/** A server that has just started may still be looking at its stores. */
const FIRST_LOOK_MS = 3_000;
/** How long after the switch something may still be missing. */
const SETTLED_MS = 60_000;
const POLL_MS = 100;

export function createAttempt(options: AttemptOptions): Attempt {
  const { layout, release, pm2, report, tools, giveUp } = options;
  const { signal } = tools;
  const judge = createJudge(release, tools);
  const watching = new AbortController();
  let settings: Settings = { url: "", origin: "", askEveryMs: 0, validationMs: 0 };
  let candidate: Candidate | null = null;
  let isRehearsed = false;
  let isServerReplaced = false;
  let isWatched = false;
  let liveSchema: number | null = null;
  let newSchema: number | null = null;

  const close = async (): Promise<void> => {
    const running = candidate;
    candidate = null;
    await running?.close();
  };

  /** A validation takes up to two periods: a server whose answers are bad at once must not stay for that long. */
  const startWatch = async (): Promise<void> => {
    const patienceMs = await patienceWith(settings.url);
    if (patienceMs === null) {
      // An exchange that is away, for example: nothing can be concluded from that.
      return;
    }
    void watchAnswers(settings, patienceMs, watching.signal).then(giveUpFor);
    isWatched = true;
  };

  /** Nor must a worker whose refreshes all fail. */
  const startWorkerWatch = async (): Promise<void> => {
    giveUpFor(await watchWorker(settings, SETTLED_MS, watching.signal));
  };

  const giveUpFor = (problem: string | null): void => {
    if (problem !== null && !watching.signal.aborted) {
      giveUp(new DeployError(problem));
    }
  };

  const restart = async (name: AppName): Promise<void> => {
    await pm2.reload(name);
    signal.throwIfAborted();
    await pm2.requireRunning(name, release);
    signal.throwIfAborted();
  };

  const untilReady = async (server: Candidate, ms: number): Promise<boolean> => {
    const giveUpMs = systemClock.monotonicMs() + ms;
    while ((await server.sequence()) === null) {
      signal.throwIfAborted();
      if (systemClock.monotonicMs() > giveUpMs) {
        return false;
      }
      await systemClock.sleep(POLL_MS);
    }
    return true;
  };

  return {
    settings: () => settings,
    isServerReplaced: () => isServerReplaced,
    wroteNewerSchema: () => newSchema !== null && liveSchema !== null && newSchema > liveSchema,
    close: async () => {
      watching.abort();
      await close();
    },
    checkConfiguration: async () => {
      const program = `${release.folder}/bin/pulseboard`;
      const { code, output } = await run(process.execPath, [program, "doctor", "--config"], {
        ...tools,
        cwd: release.folder,
      });
      signal.throwIfAborted();
      if (code !== 0) {
        throw new DeployError(describeRefusal(layout.envFile, output));
      }
      settings = readSettings(layout);
      return `${layout.envFile} is right for ${release.build}`;
    },
    rehearse: async () => {
      if ((await isTaken(settings.url)) && !(await pm2.servesPhones())) {
        throw new DeployError(
          `a program answers at ${settings.url} that PM2 in ${pm2.home} does not run: deploy as the user and with the PM2_HOME that started it, or end it`,
        );
      }
      const server = await startCandidate(release, tools);
      candidate = server;
      newSchema = server.schemaVersion;
      const live = await servedMarket(settings.url);
      liveSchema = live.schemaVersion;
      const isReady = await untilReady(server, FIRST_LOOK_MS);
      // On disk it may find a document from before the change of the schema.
      const isOlder = newSchema !== null && liveSchema !== null && newSchema < liveSchema;
      if (isReady && live.isServed && !isOlder) {
        const verdict = await judge.requireNoWorse(server.url, settings);
        await close();
        isRehearsed = true;
        return `${release.build} reads the live stores: ${verdict}`;
      }
      if (!isReady && live.isServed && !isOlder) {
        throw new DeployError(
          `${release.build} finds nothing to serve in the stores, where the running server finds a snapshot`,
        );
      }
      const why = isOlder
        ? `what is stored has the newer schema ${liveSchema}`
        : "no server runs that it could be compared with";
      return `${release.build} starts; ${why}, so it is validated once its worker has published`;
    },
    switchOver: async () => {
      linkCurrent(layout, release.name);
      await restart("pulseboard-worker");
      let verdict = "";
      if (!isRehearsed && candidate !== null) {
        report.say("  the worker runs; waiting for its first snapshot");
        if (!(await untilReady(candidate, FIRST_SNAPSHOT_MS))) {
          throw new DeployError(
            `the worker of ${release.build} has published nothing within ${FIRST_SNAPSHOT_MS / 1000} s`,
          );
        }
        verdict = `, and a server beside it was ${await judge.requireValid(candidate.url, settings, FIRST_SNAPSHOT_MS)}`;
      }
      await close();
      signal.throwIfAborted();
      await startWatch();
      isServerReplaced = true;
      await restart("pulseboard-server");
      return `worker and server run from ${release.name}${verdict}`;
    },
    validate: async () => {
      if (isWatched) {
        void startWorkerWatch();
      }
      return `${settings.url} is ${await judge.requireValid(settings.url, settings, SETTLED_MS)}`;
    },
  };
}

/** What the doctor has found; or, of a release whose doctor does not even run, the error. */
function describeRefusal(envFile: string, output: string): string {
  const lines = output.trim().split("\n");
  const wrong = lines.filter((line) => /^(failed|unknown) /.test(line)).map((line) => line.replace(/^\w+ +/, ""));
  return wrong.length > 0
    ? `${envFile} cannot be used: ${wrong.join("; ")}`
    : `the release's doctor does not run: ${lastWords(output)}`;
}
