import { stripVTControlCharacters } from "node:util";
import type { EnqueueOutcome, RefreshEvent, RefreshReport } from "@pulseboard/refresh";
import {
  createLogger,
  createOutageLog,
  isKeyPrefix,
  isRedisUrl,
  KEY_PREFIX_FORM,
  PulseboardError,
  REDIS_URL_FORM,
  RUNTIME_DURATIONS,
  redactCredentials,
  systemClock,
} from "@pulseboard/runtime";
import type { Command } from "commander";
import { loadEnvFile } from "../environment/env-file.ts";
import { howToRun } from "../installation/how-to-run.ts";
import { addCommand } from "./add-command.ts";

const EXIT = { done: 0, failed: 1, unreachable: 3 } as const;

interface RefreshOptions {
  readonly wait?: true;
  readonly json?: true;
  readonly redisUrl?: string;
}

/** `pulseboard refresh`: asks the worker for a refresh now, over Redis, and reports the result. */
export function addRefreshCommand(program: Command): void {
  addCommand(program, {
    name: "refresh",
    npm: "npm run refresh",
    summary: "Asks the worker for a refresh now, and reports the result. Works from any machine that reaches Redis.",
    details: `It goes to the installation whose KEY_PREFIX is set here, in .env or the environment.

Exit codes:
  0  the request was accepted or joined a run; with --wait: the run succeeded
  1  with --wait: the run failed, or no worker took it within 15 s
  2  the command line cannot be understood
  3  Redis cannot be reached, or refuses the request`,
  })
    .option("--wait", "follow the run to its end: a line for each phase, and the result of each source")
    .option(
      "--json",
      `one JSON object on each line, and nothing else (${howToRun("refresh", "npm run --silent refresh --")} --json)`,
    )
    .option(
      "--redis-url <url>",
      "redis://[user:password@]host[:port][/db], or rediss://. By default REDIS_URL, which may also be set in .env; a password is better kept there.",
    )
    .action(async (options: RefreshOptions, command: Command) => {
      loadEnvFile();
      const redisUrl = options.redisUrl ?? process.env.REDIS_URL ?? "";
      const keyPrefix = process.env.KEY_PREFIX ?? "";
      const problem = problemWithRedisUrl(redisUrl) ?? problemWithKeyPrefix(keyPrefix);
      if (problem !== null) {
        command.error(problem);
      }
      // Without an exit, a timer of ioredis would run for two seconds after a failed connection.
      process.exit(await refresh({ redisUrl, keyPrefix, wait: options.wait === true, json: options.json === true }));
    });
}

function problemWithRedisUrl(redisUrl: string): string | null {
  if (redisUrl === "") {
    return `no Redis to ask: set REDIS_URL or pass --redis-url. (Without Redis, ${howToRun("start", "npm start")} refreshes by its schedule alone.)`;
  }
  return isRedisUrl(redisUrl) ? null : `the URL of Redis cannot be used: expected ${REDIS_URL_FORM}`;
}

function problemWithKeyPrefix(keyPrefix: string): string | null {
  return isKeyPrefix(keyPrefix) ? null : `KEY_PREFIX cannot be used: expected ${KEY_PREFIX_FORM}`;
}

interface Request {
  readonly redisUrl: string;
  readonly keyPrefix: string;
  readonly wait: boolean;
  readonly json: boolean;
}

/** @returns the exit code */
async function refresh({ redisUrl, keyPrefix, wait, json }: Request): Promise<number> {
  const print = (fields: object, text: string): void => {
    // The texts come from another machine: each stays on its line, and sends no codes to the terminal.
    console.log(json ? JSON.stringify(fields) : stripVTControlCharacters(text));
  };
  const { connectRedis, REDIS_DURATIONS } = await import("@pulseboard/redis");
  const { createBullQueue, REFRESH_DURATIONS: durations, watchRefresh } = await import("@pulseboard/refresh");
  const log = createLogger({ level: "silent", pretty: false });
  const tools = { log, outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS), clock: systemClock };
  const redis = connectRedis({ url: redisUrl, keyPrefix, ...tools, durations: REDIS_DURATIONS });
  const { queue, records } = createBullQueue({ redis, ...tools, durations });
  try {
    const outcome = await queue.enqueue("operator");
    const { outcome: event, ...rest } = outcome;
    print({ event, ...rest }, describeOutcome(outcome));
    if (!wait) {
      return EXIT.done;
    }
    for await (const event of watchRefresh({ records, clock: systemClock, durations }, outcome.jobId)) {
      print(eventFields(event), describeEvent(event));
      const code = exitCodeOf(event);
      if (code !== null) {
        return code;
      }
    }
    return EXIT.failed;
  } catch (error) {
    if (!(error instanceof PulseboardError)) {
      throw error;
    }
    const fields = errorFields(error);
    if (json) {
      print({ event: "error", ...fields }, "");
    } else {
      console.error(`pulseboard: ${fields.message}. ${fields.hint ?? ""}`.trim());
    }
    return EXIT.unreachable;
  } finally {
    await queue.close();
    await redis.close();
  }
}

function describeOutcome(outcome: EnqueueOutcome): string {
  if (outcome.outcome === "accepted") {
    return `Accepted: refresh ${outcome.jobId} will run.`;
  }
  return outcome.state === "waiting"
    ? `Joined: refresh ${outcome.jobId} is waiting already and serves this request too.`
    : `Joined: refresh ${outcome.jobId} is running already and serves this request too.`;
}

function describeEvent(event: RefreshEvent): string {
  switch (event.event) {
    case "waiting":
      return "  waiting for a worker";
    case "active":
      return "  a worker has it";
    case "phase":
      return `  ${new Date(event.atMs).toLocaleTimeString("en-GB")} ${event.phase}`;
    case "unreachable":
      return `  no news: ${event.error.message}`;
    case "done":
      return describeReport(event.report);
    case "failed":
      return `Failed: ${event.failure}`;
    case "gone":
      return "Lost: the queue knows nothing of it any more (was Redis emptied?). Ask again.";
    case "unattended":
      return `No worker took it within ${Math.round(event.forMs / 1000)} s: ${describeUnattended(event.paused)}`;
  }
}

function describeUnattended(paused: boolean): string {
  return paused
    ? "the queue is paused. It waits until somebody resumes the queue; a worker that is running refreshes by its schedule meanwhile."
    : "none seems to be running. It waits; a worker that is started does it first. If one is running, its log says why it takes none.";
}

function describeReport(report: RefreshReport | null): string {
  if (report === null) {
    return "Done.";
  }
  const { sequence, scored, expected, tookMs, sources } = report;
  const width = Math.max(0, ...sources.map(({ name }) => name.length));
  return [
    `Done in ${(tookMs / 1000).toFixed(1)} s: sequence ${sequence}, ${scored} of ${expected} symbols scored.`,
    ...sources.map(({ name, ok, detail }) => `  ${ok ? "ok    " : "failed"} ${name.padEnd(width)}  ${detail}`),
  ].join("\n");
}

/** @returns null while the run lasts */
function exitCodeOf({ event }: RefreshEvent): number | null {
  if (event === "done") {
    return EXIT.done;
  }
  return event === "failed" || event === "gone" || event === "unattended" ? EXIT.failed : null;
}

function eventFields(event: RefreshEvent): object {
  return event.event === "unreachable" ? { event: event.event, ...errorFields(event.error) } : event;
}

function errorFields({ code, message, hint }: PulseboardError) {
  return { code, message: redactCredentials(message), hint };
}
