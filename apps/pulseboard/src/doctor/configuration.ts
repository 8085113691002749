import { type Config, ConfigError, loadConfig, meantVariable, PulseboardError } from "@pulseboard/runtime";
import { WORKER_DURATIONS } from "@pulseboard/worker/durations";
import { schedulePeriodMs } from "@pulseboard/worker/schedule";
import {
  addVariables,
  describeWrongLines,
  type EnvFile,
  type EnvFileOptions,
  readEnvFile,
} from "../environment/env-file.ts";
import { howToRun } from "../installation/how-to-run.ts";
import type { Check } from "../operator/checks.ts";

/** What the checks after the configuration rest on. */
export interface Configured {
  readonly config: Config;
  /** Of the schedule, ms. */
  readonly periodMs: number;
}

export interface ConfigurationSeen {
  readonly checks: readonly Check[];
  /** The file that was read; null when there is none, or when it cannot be read. */
  readonly file: EnvFile | null;
  /** Null when the program would not start with it. */
  readonly configured: Configured | null;
}

export interface ConfigurationOptions extends EnvFileOptions {
  /** Whether worker and server are two processes here, so that they cannot do without Redis. */
  readonly runsApart: boolean;
}

/** Looks at everything that a start would read, and says all that is wrong with it at once. Opens nothing else. */
export function checkConfiguration(options: ConfigurationOptions): ConfigurationSeen {
  const { check, file } = look(options);
  if (file === null && check.verdict === "failed") {
    // Nobody knows what is in it: what the defaults would lead to is not this installation, but the live exchange.
    return { checks: [check], file, configured: null };
  }
  // A copy: the environment of the doctor stays as it is.
  const env = { ...options.env };
  addVariables(file, { ...options, env });
  const named = Object.keys(file?.variables ?? {}).sort();
  const checks = [check, ...named.flatMap(checkName), ...checkOthers(env, named)];
  const { config, problems } = loadOrExplain(env, file, options.runsApart);
  const schedule = checkSchedule(env, config, file);
  const canStart = check.verdict !== "failed" && config !== null && schedule.periodMs !== null;
  const configured = canStart ? { config, periodMs: schedule.periodMs } : null;
  return { checks: [...checks, ...problems, ...schedule.checks], file, configured };
}

function look(options: EnvFileOptions): { readonly check: Check; readonly file: EnvFile | null } {
  const name = "file .env";
  try {
    const file = readEnvFile(options);
    if (file === null) {
      return { check: { name, verdict: "ok", seen: "there is none: the defaults count" }, file };
    }
    if (file.wrongLines.length > 0) {
      const seen = `${file.path}: ${describeWrongLines(file.wrongLines)}`;
      return {
        check: { name, verdict: "failed", seen, expected: "NAME=value", cure: "Correct it, or put a # before it." },
        file,
      };
    }
    const others = file.others.map((other) => `; ${other} is not read`).join("");
    return { check: { name, verdict: others === "" ? "ok" : "warning", seen: `${file.path}${others}` }, file };
  } catch (error) {
    if (!(error instanceof PulseboardError)) {
      throw error;
    }
    const { message, hint } = error;
    return { check: { name, verdict: "failed", seen: message, ...(hint === null ? {} : { cure: hint }) }, file: null };
  }
}

/** A name in the file that means nothing: in a file of ours, a misspelt one means that a setting is not what somebody thinks. */
function checkName(name: string): readonly Check[] {
  const meant = meantVariable(name);
  if (meant === name) {
    return [];
  }
  return meant === null
    ? [{ name, verdict: "warning", seen: "means nothing to Pulseboard", cure: "Remove the line from .env." }]
    : [{ name, verdict: "failed", seen: "means nothing to Pulseboard", expected: meant, cure: `Write ${meant}.` }];
}

/** The rest of the environment belongs to others too, so that what looks misspelt there is a warning. */
function checkOthers(env: NodeJS.ProcessEnv, named: readonly string[]): readonly Check[] {
  return Object.keys(env)
    .filter((name) => !named.includes(name) && meantVariable(name) !== null)
    .flatMap(checkName)
    .map((check) => ({ ...check, verdict: "warning" }));
}

function loadOrExplain(
  env: NodeJS.ProcessEnv,
  file: EnvFile | null,
  runsApart: boolean,
): { config: Config | null; problems: readonly Check[] } {
  try {
    const config = loadConfig(env);
    return {
      config,
      problems: [{ name: "variables", verdict: "ok", seen: "all can be used" }, ...checkTogether(config, runsApart)],
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    const problems = error.problems.map(
      ({ name, seen, expected }): Check => ({
        name,
        verdict: "failed",
        seen: seen.replace(/^[ =]/, ""),
        expected,
        cure: correct(name, file),
      }),
    );
    return { config: null, problems };
  }
}

/** What can be used, and yet is not what it looks like. */
function checkTogether(
  { redisUrl, memcachedServers, publishLegacyKeys, simulated }: Config,
  runsApart: boolean,
): readonly Check[] {
  const useless: Check = {
    name: "PUBLISH_LEGACY_KEYS",
    verdict: "warning",
    seen: `set, and nothing is written for it: ${simulated ? "simulated data is not for other programs" : "it needs REDIS_URL"}`,
    cure: "Remove it.",
  };
  const legacy = publishLegacyKeys && (simulated || redisUrl === null) ? [useless] : [];
  if (redisUrl !== null) {
    return legacy;
  }
  if (runsApart) {
    const cure = "Set REDIS_URL in .env: without it, worker and server refuse to start.";
    return [{ name: "REDIS_URL", verdict: "failed", seen: "not set", expected: "where the two meet", cure }];
  }
  const seen = `not set: worker and server can only run in one process, with ${howToRun("start", "npm start")}`;
  return [
    { name: "REDIS_URL", verdict: "ok", seen },
    ...(memcachedServers.length === 0
      ? []
      : [
          {
            name: "MEMCACHED_SERVERS",
            verdict: "warning" as const,
            seen: "set without REDIS_URL: not used",
            cure: "Set REDIS_URL, or remove it.",
          },
        ]),
    ...legacy,
  ];
}

interface ScheduleSeen {
  readonly checks: readonly Check[];
  readonly periodMs: number | null;
}

function checkSchedule(env: NodeJS.ProcessEnv, config: Config | null, file: EnvFile | null): ScheduleSeen {
  // Judged also while another variable is wrong, so that all is said at once; unless its own form is wrong, which is said already.
  const cron = config?.refreshCron ?? cronAlone(env);
  const name = "REFRESH_CRON";
  if (cron === null) {
    return { checks: [], periodMs: null };
  }
  try {
    const periodMs = schedulePeriodMs(cron, WORKER_DURATIONS);
    const check: Check = { name, verdict: "ok", seen: `a refresh every ${periodMs / 1000} s at most` };
    return { checks: [check], periodMs };
  } catch (error) {
    if (!(error instanceof PulseboardError)) {
      throw error;
    }
    const check: Check = {
      name,
      verdict: "failed",
      seen: error.message.replace(`${name} `, ""),
      cure: correct(name, file),
    };
    return { checks: [check], periodMs: null };
  }
}

function cronAlone({ REFRESH_CRON }: NodeJS.ProcessEnv): string | null {
  try {
    return loadConfig({ REFRESH_CRON }).refreshCron;
  } catch {
    return null;
  }
}

function correct(name: string, file: EnvFile | null): string {
  const isInFile = file?.variables[name] !== undefined;
  return isInFile ? `Correct ${name} in ${file.path}.` : `Correct ${name} in the environment, or set it in .env.`;
}
