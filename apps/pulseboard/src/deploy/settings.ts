import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { loadConfig } from "@pulseboard/runtime";
import { WORKER_DURATIONS } from "@pulseboard/worker/durations";
import { schedulePeriodMs } from "@pulseboard/worker/schedule";
import { readEnvFile } from "../environment/env-file.ts";
import { OPERATOR_EXIT } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import type { Layout } from "./layout.ts";

/** What a deploy needs to know of shared/.env. */
export interface Settings {
  /** The running server's address on this machine. */
  readonly url: string;
  /** "bybit" or "simulator": where the market must come from. */
  readonly origin: string;
  /** How often the server may be asked for what phones get: most of what one address may ask is left for the validation. */
  readonly askEveryMs: number;
  /** After which a validation is given up: a server may claim a schedule that is not this one's. */
  readonly validationMs: number;
}

/** All that a validation does beside waiting for two periods is bounded, by less than this. */
const LOOKING_MS = 180_000;
const PERIODS = 2;
const ASK_EVERY_MS = 100;
const SHARE_OF_LIMIT = 0.25;

/** @throws DeployError when there is no shared/.env */
export function requireSettings({ envFile }: Layout): void {
  if (!existsSync(envFile)) {
    throw new DeployError(
      `${envFile} is missing: make it of the release's .env.example, with REDIS_URL, and let nobody else read it (chmod 600)`,
      OPERATOR_EXIT.misused,
    );
  }
}

/**
 * Reads shared/.env, after the doctor has.
 *
 * @throws DeployError when it sets no port to ask
 */
export function readSettings({ envFile }: Layout): Settings {
  const variables = readEnvFile({ folders: [dirname(envFile)], env: {} })?.variables ?? {};
  const port = variables.PORT || "8002";
  if (port === "0") {
    throw new DeployError(`PORT=0 in ${envFile}: nobody would know where the server is. Set a port`);
  }
  const cron = loadConfig({ REFRESH_CRON: variables.REFRESH_CRON }).refreshCron;
  const host = variables.HOST || "0.0.0.0";
  const address = ["0.0.0.0", "::"].includes(host) ? "127.0.0.1" : host;
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    origin: variables.EXCHANGE || "bybit",
    askEveryMs: askEveryMs(variables.RATE_LIMIT_PER_MINUTE),
    validationMs: LOOKING_MS + PERIODS * schedulePeriodMs(cron, WORKER_DURATIONS),
  };
}

function askEveryMs(rateLimit: string | undefined): number {
  const perMinute = loadConfig({ RATE_LIMIT_PER_MINUTE: rateLimit }).rateLimitPerMinute;
  return perMinute === 0 ? ASK_EVERY_MS : Math.max(ASK_EVERY_MS, 60_000 / (SHARE_OF_LIMIT * perMinute));
}
