import { z } from "zod";
import { formatHostAndPort, parseHost, parseHostAndPort } from "./host-and-port.ts";
import { isKeyPrefix, KEY_PREFIX_FORM } from "./key-prefix.ts";
import { LOG_LEVELS } from "./logger.ts";
import { isRedisUrl, REDIS_URL_FORM } from "./redis-url.ts";
import { isTrustedPeer } from "./trusted-peer.ts";

// Messages complete the sentence `NAME="value": expected ...`.
// Digits by pattern, not by coercion: Number("") and Number(" ") are 0, and "0x10" and "1e3" are numbers to it.
/** Documents, memory and the exchange's limit are made and measured for as many. */
export const MAX_SYMBOL_COUNT = 600;

function wholeNumber(min: number, max: number, unit: string) {
  const expected = `${unit}, a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: expected, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}

function baseUrl(whose: string) {
  return z
    .string()
    .refine(isPlainHttpUrl, `${whose}: http(s)://host[:port][/path], without user and password (fetch refuses them)`)
    .transform((url) => url.replace(/\/+$/, ""));
}

function isPlainHttpUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return false;
  }
  const url = new URL(text);
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "";
}

function host(expected: string) {
  return z
    .string()
    .refine((text) => parseHost(text) !== null, expected)
    .transform((text) => parseHost(text) ?? text);
}

function cronExpected(expression: string): string | null {
  const fields = expression.trim().split(/\s+/).length;
  if (fields === 6) {
    return null;
  }
  const six = 'six fields, seconds first, such as "5,35 * * * * *"';
  return fields === 5
    ? `${six}; this one has five, so that "*/30 * * * *" would be every 30 minutes, not seconds`
    : `${six}; this one has ${fields}`;
}

const cron = z.string().superRefine((expression, context) => {
  const expected = cronExpected(expression);
  if (expected !== null) {
    context.addIssue({ code: "custom", message: expected });
  }
});

const share = z
  .string()
  .regex(/^(0?\.\d{1,6}|[01](\.\d{1,6})?)$/, { error: "a share above 0 and up to 1, such as 0.5", abort: true })
  .transform(Number)
  .refine((value) => value > 0 && value <= 1, "a share above 0 and up to 1, such as 0.5");

function listOf(isOne: (text: string) => boolean, expected: string) {
  return z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine((parts) => parts.every(isOne), expected);
}

const yesOrNo = z
  .enum(["true", "false"], "true or false")
  .transform((value) => value === "true")
  .prefault("false");

function isOrigin(text: string): boolean {
  if (/^https?:/.test(text)) {
    return URL.canParse(text) && new URL(text).origin === text;
  }
  // Pages of apps have schemes of their own, such as capacitor://localhost; a URL says nothing about their origin.
  return /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(:\d{1,5})?$/.test(text);
}

/** Beside the file `.env`, or beside the program where there is none: whoever reads the file resolves it. */
export const DEFAULT_DATA_DIR = "./data";

/** Every variable that is read, with its default (as it would be written) and its meaning. The only place. */
export const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535, "a port").prefault("8002").describe("Port for phones; 0 takes a free one."),
  HOST: host("a host name or address without a port, such as 0.0.0.0 or 127.0.0.1")
    .prefault("0.0.0.0")
    .describe("Address to listen on; 127.0.0.1 keeps it to this machine."),
  EXCHANGE: z
    .enum(["bybit", "simulator"], "bybit or simulator")
    .prefault("bybit")
    .describe("The exchange to watch: bybit or simulator. Every document of the simulator says that it is simulated."),
  EXCHANGE_URL: baseUrl("a base URL of the exchange")
    .optional()
    .describe("Another base URL of the exchange: a mirror's, or the simulator's (EXCHANGE=simulator needs one)."),
  REFERENCE_URL: baseUrl("a base URL for reference data")
    .optional()
    .describe(
      "One base URL that stands in for all reference-data APIs (CoinGecko, CoinPaprika, alternative.me). Unset: their own, or the simulator's.",
    ),
  REDIS_URL: z
    .string()
    .refine(isRedisUrl, REDIS_URL_FORM)
    .optional()
    .describe("Redis for documents, queue and announcements. Unset: everything in one process and on disk."),
  MEMCACHED_SERVERS: listOf((text) => parseHostAndPort(text) !== null, "host:port, several of them separated by commas")
    .transform((servers) => servers.flatMap((text) => parseHostAndPort(text) ?? []).map(formatHostAndPort))
    .optional()
    .describe(
      "memcached as a shared cache of the documents beside Redis, host:port, comma separated. Unset, or without REDIS_URL: no such tier.",
    ),
  KEY_PREFIX: z
    .string()
    .refine(isKeyPrefix, KEY_PREFIX_FORM)
    .prefault("")
    .describe(
      "Put before every key, channel and queue name in Redis and memcached: one for each installation that shares them, such as staging:.",
    ),
  PUBLISH_LEGACY_KEYS: yesOrNo.describe(
    "Whether Redis and memcached also get market:overview, market:breadth, market:movers and analysis:signals, for other programs: true or false.",
  ),
  REFRESH_CRON: cron
    .prefault("5,35 * * * * *")
    .describe(
      "When to refresh, in UTC: six fields, seconds first, every day, 5 s to 1 h apart; clear of the candle's close.",
    ),
  FRESH_FOR_MS: wholeNumber(1000, 86_400_000, "milliseconds")
    .optional()
    .describe("Age at which a snapshot is called stale, in ms. Unset: three periods of the schedule."),
  SYMBOL_COUNT: wholeNumber(1, MAX_SYMBOL_COUNT, "a number of symbols")
    .prefault("50")
    .describe(
      "How many symbols are scored, by 24 h turnover; 1 to 600. More need more memory, see docs/operations.md.",
    ),
  MOVERS_MIN_TURNOVER_USD: wholeNumber(0, 1_000_000_000_000, "USD")
    .prefault("500000")
    .describe("Least 24 h turnover of a top mover, in USD."),
  REQUEST_BUDGET_SHARE: share
    .prefault("0.5")
    .describe("Share of the exchange's request limit that we may use, above 0 and up to 1."),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 10_000_000, "requests")
    .prefault("3000")
    .describe("Requests that one address (IPv6: one /64) may make in a minute; 0: any number."),
  TRUST_PROXY: z
    .string()
    .transform((text) => (/^[1-9]$/.test(text) ? Number(text) : text.split(",").map((part) => part.trim())))
    .refine(
      (trusted) => typeof trusted === "number" || trusted.every(isTrustedPeer),
      "proxies' addresses, subnets (10.0.0.0/8), loopback, linklocal or uniquelocal, comma separated, or their number from 1 to 9",
    )
    .optional()
    .describe("Proxies whose X-Forwarded-For and -Proto are believed: addresses, subnets, loopback, or their number."),
  CORS_ORIGIN: listOf(
    (text) => text === "*" || isOrigin(text),
    "origins, such as https://a.example or capacitor://localhost, comma separated, or *",
  )
    .refine((origins) => origins.length === 1 || !origins.includes("*"), "either * or a list of origins")
    .optional()
    .describe("Origins whose pages may read the data, comma separated, or * for all. Unset: our own only."),
  DATA_DIR: z
    .string()
    .regex(/\S/, "the path of a folder")
    .prefault(DEFAULT_DATA_DIR)
    .describe(
      "Folder for what must outlive a restart, the last known good documents; here a relative one counts from this file's.",
    ),
  ADMIN_PORT: wholeNumber(0, 65_535, "a port")
    .prefault("9002")
    .describe(
      "Port of /metrics and /admin, on ADMIN_HOST; a separate worker process takes the next one. 0 takes a free one.",
    ),
  METRICS_ON_PUBLIC_PORT: yesOrNo.describe(
    "Whether PORT serves /metrics too, to everybody who can reach it: true or false.",
  ),
  ADMIN_HOST: host("a host name or address without a port, such as 127.0.0.1")
    .prefault("127.0.0.1")
    .describe("Address of the operator's port; keep it to this machine."),
  ADMIN_TOKEN: z
    .string()
    // Nothing that a header or a shell could change on the way.
    .regex(/^[\x21-\x7e]{32,}$/, "at least 32 characters, none of them a space")
    .optional()
    .describe("The token that opens /admin on ADMIN_PORT, at least 32 characters. Unset: there is no /admin."),
  ADMIN_BOARD_WRITABLE: yesOrNo.describe(
    "Whether the queue's board may change the queue: true or false. Runs that it adds or retries bypass the deduplication.",
  ),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(", ")}`)
    .prefault("info")
    .describe(`The least important level that is logged: ${LOG_LEVELS.join(", ")}.`),
});

/** Variables that hold a credential, or an address that may: nobody knows where in a wrong one it is. */
const SECRET_VARIABLES: readonly string[] = [
  "ADMIN_TOKEN",
  "REDIS_URL",
  "EXCHANGE_URL",
  "REFERENCE_URL",
  "MEMCACHED_SERVERS",
];

/** Tells whether the value of a variable, right or wrong, may be shown. */
export function mayBeShown(name: string, value: string): boolean {
  return !SECRET_VARIABLES.includes(name) && !value.includes("@");
}

export interface ConfigVariable {
  readonly name: string;
  /** As it would be written in the environment; "" if being unset has its own meaning. */
  readonly default: string;
  readonly description: string;
}

/** Every variable, in the order of `.env.example` and of the documentation. */
export const CONFIG_VARIABLES: readonly ConfigVariable[] = Object.entries(environmentSchema.shape).map(
  ([name, schema]) => ({
    name,
    default: schema instanceof z.ZodPrefault ? String(schema.def.defaultValue) : "",
    description: schema.description ?? "",
  }),
);
