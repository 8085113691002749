// `npm run refresh`: asks the worker for a refresh now, over Redis, and tells what became of it.
import { parseArgs, stripVTControlCharacters } from "node:util";
import { createBullQueue, QueueError, watchRefresh } from "../packages/refresh/dist/index.js";
import { createLogger, redactCredentials, systemClock } from "../packages/runtime/dist/index.js";
import { loadEnvFile } from "./lib/load-env-file.mjs";

const HELP = `Asks the worker for a refresh now, and tells what became of it. Works from any machine that reaches Redis.

  npm run refresh -- [--wait] [--json] [--redis-url URL]

  --wait           follow the run to its end: a line for each phase, and the result of each source
  --json           one JSON object on each line, and nothing else (npm run --silent refresh -- --json)
  --redis-url URL  redis://[user:password@]host[:port][/db], or rediss://
                   By default REDIS_URL, which may also be set in .env; a password is better kept there.
  --help

Exit codes:
  0  the request was accepted or joined a run; with --wait: the run succeeded
  1  with --wait: the run failed, or no worker took it within 15 s
  2  it was not called as it should be
  3  Redis cannot be reached, or refuses the request`;

const EXIT = { done: 0, failed: 1, usage: 2, unreachable: 3 };
const REDIS_URL = /^rediss?:\/\/[^/?#]+(\/\d{0,5})?$/;

class UsageError extends Error {}

/** @returns {{ wait: boolean, json: boolean, help: boolean, redisUrl: string }} */
function readArguments() {
  const { values } = parse();
  if (values.help) {
    return { wait: false, json: false, help: true, redisUrl: "" };
  }
  loadEnvFile();
  const redisUrl = values["redis-url"] ?? process.env.REDIS_URL ?? "";
  if (redisUrl === "") {
    throw new UsageError(
      "no Redis to ask: set REDIS_URL or pass --redis-url. (Without Redis, npm start refreshes by its schedule alone.)",
    );
  }
  if (!REDIS_URL.test(redisUrl) || !URL.canParse(redisUrl)) {
    throw new UsageError(
      `${JSON.stringify(redactCredentials(redisUrl))} is no address of a Redis: redis://host:port/db`,
    );
  }
  return { wait: values.wait, json: values.json, help: false, redisUrl };
}

function parse() {
  try {
    return parseArgs({
      options: {
        wait: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        "redis-url": { type: "string" },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** @typedef {import("../packages/refresh/dist/index.js").RefreshEvent} RefreshEvent */
/** @typedef {import("../packages/refresh/dist/index.js").EnqueueOutcome} EnqueueOutcome */

/** @param {EnqueueOutcome} outcome */
function describeOutcome(outcome) {
  if (outcome.outcome === "accepted") {
    return `Accepted: refresh ${outcome.jobId} will run.`;
  }
  return outcome.state === "waiting"
    ? `Joined: refresh ${outcome.jobId} is waiting already and serves this request too.`
    : `Joined: refresh ${outcome.jobId} is running already and serves this request too.`;
}

/** @param {RefreshEvent} told @returns {string} */
function describeEvent(told) {
  switch (told.event) {
    case "waiting":
      return "  waiting for a worker";
    case "active":
      return "  a worker has it";
    case "phase":
      return `  ${new Date(told.atMs).toLocaleTimeString("en-GB")} ${told.phase}`;
    case "unreachable":
      return `  no news: ${told.error.message}`;
    case "done":
      return describeReport(told.report);
    case "failed":
      return `Failed: ${told.failure}`;
    case "gone":
      return "Lost: the queue knows nothing of it any more (was Redis emptied?). Ask again.";
    case "unattended":
      return `No worker took it within ${Math.round(told.forMs / 1000)} s: none seems to be running. It waits; a worker that is started does it first.`;
  }
}

/** @param {import("../packages/refresh/dist/index.js").RefreshReport | null} report */
function describeReport(report) {
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

/** @param {RefreshEvent} told @returns {number | null} the exit code, once it is over */
function exitCodeOf({ event }) {
  if (event === "done") {
    return EXIT.done;
  }
  return event === "failed" || event === "gone" || event === "unattended" ? EXIT.failed : null;
}

/** @param {RefreshEvent} told @returns {Record<string, unknown>} */
function eventFields(told) {
  return told.event === "unreachable" ? { event: told.event, ...errorFields(told.error) } : { ...told };
}

/** @param {unknown} error @returns {Record<string, unknown>} */
function errorFields(error) {
  if (!(error instanceof QueueError)) {
    throw error;
  }
  const { code, message, hint } = error;
  return { code, message: redactCredentials(message), hint };
}

async function main() {
  const { wait, json, help, redisUrl } = readArguments();
  if (help) {
    console.log(HELP);
    return EXIT.done;
  }
  const print = (/** @type {Record<string, unknown>} */ fields, /** @type {string} */ text) => {
    // What is told comes from another machine: it stays on its line, and sends the terminal no codes.
    console.log(json ? JSON.stringify(fields) : stripVTControlCharacters(text));
  };
  const log = createLogger({ level: "silent", pretty: false });
  const { queue, records } = createBullQueue({ redisUrl, log });
  try {
    const outcome = await queue.enqueue("operator");
    const { outcome: event, ...rest } = outcome;
    print({ event, ...rest }, describeOutcome(outcome));
    if (!wait) {
      return EXIT.done;
    }
    for await (const told of watchRefresh({ records, clock: systemClock }, outcome.jobId)) {
      print(eventFields(told), describeEvent(told));
      const code = exitCodeOf(told);
      if (code !== null) {
        return code;
      }
    }
    return EXIT.failed;
  } catch (error) {
    const fields = errorFields(error);
    const text = `pulseboard: ${fields.message}. ${fields.hint ?? ""}`.trim();
    if (json) {
      print({ event: "error", ...fields }, "");
    } else {
      console.error(text);
    }
    return EXIT.unreachable;
  } finally {
    await queue.close();
  }
}

try {
  // Not by itself: after a failed connection a timer of ioredis goes on for two seconds.
  process.exit(await main());
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(`pulseboard: ${error.message}\nTry npm run refresh -- --help.`);
  process.exit(EXIT.usage);
}
