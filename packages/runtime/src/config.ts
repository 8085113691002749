import { editDistance } from "./edit-distance.ts";
import { environmentSchema, mayBeShown } from "./environment.ts";
import { PulseboardError } from "./errors.ts";
import type { LogLevel } from "./logger.ts";

export interface Config {
  readonly port: number;
  readonly host: string;
  readonly exchange: "bybit" | "simulator";
  /** Without a slash at the end; null: the exchange's own. */
  readonly exchangeUrl: string | null;
  /** Without a slash at the end; null: each API's own. */
  readonly referenceUrl: string | null;
  /** May carry credentials: never log it. Null: embedded. */
  readonly redisUrl: string | null;
  /** "host:port"; empty: no such tier. */
  readonly memcachedServers: readonly string[];
  /** Put before every key, channel and queue name in Redis and memcached; "" for none. */
  readonly keyPrefix: string;
  /** Whether programs of the system before find their keys in Redis and memcached. */
  readonly publishLegacyKeys: boolean;
  /** Six fields. Whether they make sense is for the scheduler to say. */
  readonly refreshCron: string;
  /** Null: three periods of the schedule. */
  readonly freshForMs: number | null;
  readonly symbolCount: number;
  readonly moversMinTurnoverUsd: number;
  /** Above 0 and up to 1. */
  readonly requestBudgetShare: number;
  /** Per address; 0: any number. */
  readonly rateLimitPerMinute: number;
  /** The proxies whose X-Forwarded headers count, by number or by address; empty: none. */
  readonly trustProxy: number | readonly string[];
  /** "https://a.example" ..., or "*" alone; empty: our own only. */
  readonly corsOrigins: readonly string[];
  readonly dataDir: string;
  readonly adminPort: number;
  readonly adminHost: string;
  readonly metricsOnPublicPort: boolean;
  /** A secret: never log it. Null: there is no admin surface. */
  readonly adminToken: string | null;
  readonly adminBoardWritable: boolean;
  readonly logLevel: LogLevel;
  /** The source of the data, as every document names it. */
  readonly origin: string;
  readonly simulated: boolean;
  /** Sentences to log at the start: variables that look like a misspelt one of Pulseboard's. */
  readonly warnings: readonly string[];
}

/** One variable that is wrong. */
export interface ConfigProblem {
  readonly name: string;
  /** Follows the name: `="80a"`, or " cannot be used" where the value may hold a credential. */
  readonly seen: string;
  /** Completes the sentence "expected ...". */
  readonly expected: string;
}

/** The environment cannot be used. */
export class ConfigError extends PulseboardError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const sentences = problems.map(({ name, seen, expected }) => `  - ${name}${seen}: expected ${expected}`);
    super(`The configuration cannot be used:\n${sentences.join("\n")}`, {
      code: "bad_config",
      retryable: false,
      hint: "Correct these environment variables; .env.example describes each of them.",
    });
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration out of `environment` (`process.env`). An empty value counts as unset.
 * Throws one ConfigError that names everything that is wrong.
 */
export function loadConfig(environment: Environment): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environmentSchema.safeParse(set);
  const problems: ConfigProblem[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        const value = String(set[name]);
        const seen = mayBeShown(name, value) ? `=${JSON.stringify(value)}` : " cannot be used";
        return { name, seen, expected: issue.message };
      });
  if (set.EXCHANGE === "simulator" && set.EXCHANGE_URL === undefined) {
    const expected = "the simulator's base URL, because EXCHANGE is simulator";
    problems.push({ name: "EXCHANGE_URL", seen: " is not set", expected });
  }
  if (!parsed.success || problems.length > 0) {
    throw new ConfigError(problems);
  }

  const variables = parsed.data;
  return {
    port: variables.PORT,
    host: variables.HOST,
    exchange: variables.EXCHANGE,
    exchangeUrl: variables.EXCHANGE_URL ?? null,
    // The simulator stands in for these too: real reference data has no place among simulated prices.
    referenceUrl:
      variables.REFERENCE_URL ?? (variables.EXCHANGE === "simulator" ? (variables.EXCHANGE_URL ?? null) : null),
    redisUrl: variables.REDIS_URL ?? null,
    memcachedServers: variables.MEMCACHED_SERVERS ?? [],
    keyPrefix: variables.KEY_PREFIX,
    publishLegacyKeys: variables.PUBLISH_LEGACY_KEYS,
    refreshCron: variables.REFRESH_CRON,
    freshForMs: variables.FRESH_FOR_MS ?? null,
    symbolCount: variables.SYMBOL_COUNT,
    moversMinTurnoverUsd: variables.MOVERS_MIN_TURNOVER_USD,
    requestBudgetShare: variables.REQUEST_BUDGET_SHARE,
    rateLimitPerMinute: variables.RATE_LIMIT_PER_MINUTE,
    trustProxy: variables.TRUST_PROXY ?? [],
    corsOrigins: variables.CORS_ORIGIN ?? [],
    dataDir: variables.DATA_DIR,
    adminPort: variables.ADMIN_PORT,
    adminHost: variables.ADMIN_HOST,
    metricsOnPublicPort: variables.METRICS_ON_PUBLIC_PORT,
    adminToken: variables.ADMIN_TOKEN ?? null,
    adminBoardWritable: variables.ADMIN_BOARD_WRITABLE,
    logLevel: variables.LOG_LEVEL,
    origin: variables.EXCHANGE,
    simulated: variables.EXCHANGE === "simulator",
    warnings: Object.keys(set).flatMap(warnOfNearMiss),
  };
}

const KNOWN_NAMES: readonly string[] = Object.keys(environmentSchema.shape);

/** Values are left out: a misspelt variable may contain a secret. */
function warnOfNearMiss(name: string): readonly string[] {
  const meant = meantVariable(name);
  return meant === null || meant === name
    ? []
    : [`${name} is set but means nothing to Pulseboard; did you mean ${meant}?`];
}

/** The variable of Pulseboard's that this name is, or that it looks like a misspelling of; null when it is neither. */
export function meantVariable(name: string): string | null {
  return KNOWN_NAMES.includes(name) ? name : (KNOWN_NAMES.find((known) => isNearMiss(name, known)) ?? null);
}

function isNearMiss(name: string, known: string): boolean {
  const letters = name.toUpperCase().replace(/^PULSEBOARD_/, "");
  // Short names have innocent neighbours: HOME is two letters from HOST.
  const tolerated = known.length <= 5 ? 1 : 2;
  return Math.abs(letters.length - known.length) <= tolerated && editDistance(letters, known) <= tolerated;
}
