import { describe, expect, test } from "vitest";
import { ConfigError, loadConfig } from "./config.ts";
import { CONFIG_VARIABLES } from "./environment.ts";

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) {
      return error.message.split("\n  - ").slice(1);
    }
    throw error;
  }
  return [];
}

describe("The configuration", () => {
  test("needs nothing: the defaults watch Bybit and serve phones on port 8002", () => {
    expect(loadConfig({})).toEqual({
      port: 8002,
      host: "0.0.0.0",
      exchange: "bybit",
      exchangeUrl: null,
      referenceUrl: null,
      redisUrl: null,
      memcachedServers: [],
      keyPrefix: "",
      publishLegacyKeys: false,
      refreshCron: "5,35 * * * * *",
      freshForMs: null,
      symbolCount: 50,
      moversMinTurnoverUsd: 500_000,
      requestBudgetShare: 0.5,
      rateLimitPerMinute: 3000,
      trustProxy: [],
      corsOrigins: [],
      dataDir: "./data",
      adminPort: 9002,
      adminHost: "127.0.0.1",
      metricsOnPublicPort: false,
      adminToken: null,
      adminBoardWritable: false,
      logLevel: "info",
      origin: "bybit",
      simulated: false,
      warnings: [],
    });
  });

  test("takes every variable", () => {
    const config = loadConfig({
      PORT: "0",
      HOST: "::1",
      EXCHANGE: "simulator",
      EXCHANGE_URL: "http://127.0.0.1:9900/",
      REFERENCE_URL: "https://mirror.example/reference//",
      REDIS_URL: "rediss://me:secret@redis.example:6380/2",
      MEMCACHED_SERVERS: "127.0.0.1:11211, cache.example:11212",
      KEY_PREFIX: "abc-xyz_0189:",
      PUBLISH_LEGACY_KEYS: "true",
      REFRESH_CRON: "*/10 * * * * *",
      FRESH_FOR_MS: "45000",
      SYMBOL_COUNT: "12",
      MOVERS_MIN_TURNOVER_USD: "0",
      REQUEST_BUDGET_SHARE: ".25",
      RATE_LIMIT_PER_MINUTE: "0",
      TRUST_PROXY: "loopback, 10.0.0.0/8,fd00::1",
      CORS_ORIGIN: "https://a.example, http://localhost:5173",
      DATA_DIR: "/var/lib/pulse board",
      METRICS_ON_PUBLIC_PORT: "true",
      LOG_LEVEL: "debug",
    });
    expect(config).toMatchObject({
      port: 0,
      host: "::1",
      exchange: "simulator",
      exchangeUrl: "http://127.0.0.1:9900",
      referenceUrl: "https://mirror.example/reference",
      redisUrl: "rediss://me:secret@redis.example:6380/2",
      memcachedServers: ["127.0.0.1:11211", "cache.example:11212"],
      keyPrefix: "abc-xyz_0189:",
      publishLegacyKeys: true,
      refreshCron: "*/10 * * * * *",
      freshForMs: 45_000,
      symbolCount: 12,
      moversMinTurnoverUsd: 0,
      requestBudgetShare: 0.25,
      rateLimitPerMinute: 0,
      trustProxy: ["loopback", "10.0.0.0/8", "fd00::1"],
      corsOrigins: ["https://a.example", "http://localhost:5173"],
      dataDir: "/var/lib/pulse board",
      metricsOnPublicPort: true,
      logLevel: "debug",
      origin: "simulator",
      simulated: true,
    });
  });

  test("takes IPv6 addresses with brackets and without", () => {
    const MEMCACHED_SERVERS = "[::1]:11211, ::1:11212";
    expect(loadConfig({ HOST: "[::]", ADMIN_HOST: "[::1]", MEMCACHED_SERVERS })).toMatchObject({
      host: "::",
      adminHost: "::1",
      memcachedServers: ["[::1]:11211", "[::1]:11212"],
    });
  });

  test("takes origins of apps", () => {
    const origins = [
      "capacitor://localhost",
      "ionic://localhost",
      "tauri://localhost:1420",
      "chrome-extension://abcdef",
    ];
    expect(loadConfig({ CORS_ORIGIN: origins.join(",") }).corsOrigins).toEqual(origins);
  });

  test("takes an empty variable for one that is not set", () => {
    const empty = Object.fromEntries(CONFIG_VARIABLES.map(({ name }) => [name, ""]));
    expect(loadConfig(empty)).toEqual(loadConfig({}));
  });

  test("reports all errors at once, one sentence each: the name, the value and the expected form", () => {
    expect(problemsOf({ PORT: "80a", EXCHANGE: "binance", REQUEST_BUDGET_SHARE: "1.5", SYMBOL_COUNT: "0" })).toEqual([
      'PORT="80a": expected a port, a whole number from 0 to 65535',
      'EXCHANGE="binance": expected bybit or simulator',
      'SYMBOL_COUNT="0": expected a number of symbols, a whole number from 1 to 600',
      'REQUEST_BUDGET_SHARE="1.5": expected a share above 0 and up to 1, such as 0.5',
    ]);
  });

  test("puts all of it into the error that is shown, with where to look", () => {
    const failure = (() => {
      try {
        return loadConfig({ PORT: "x", LOG_LEVEL: "loud" });
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({
      code: "bad_config",
      retryable: false,
      hint: expect.stringContaining(".env.example"),
    });
    expect(String(failure)).toMatch(/PORT="x".*\n.*LOG_LEVEL="loud"/);
  });

  test.each([
    ["PORT", ["65536", "-1", "8e3", "0x10", " 8002", "８００２", "1e9999", "99999999999999999999"]],
    ["HOST", ["localhost:8002", "http://localhost", "a b", "-x"]],
    ["SYMBOL_COUNT", ["601", "1.5", "many"]],
    ["MOVERS_MIN_TURNOVER_USD", ["500k", "-1", "1,000"]],
    ["REQUEST_BUDGET_SHARE", ["0", "0.0", "1.1", "50%", "0,5", "1e-1"]],
    ["FRESH_FOR_MS", ["0", "999", "90s"]],
    ["DATA_DIR", ["  "]],
    ["KEY_PREFIX", ["Staging", "a b", "a.b", "a/b", "\u00e4", "a\n", "{a}", "*", "x".repeat(33)]],
    ["METRICS_ON_PUBLIC_PORT", ["yes", "1", "TRUE"]],
    ["PUBLISH_LEGACY_KEYS", ["yes", "1", "TRUE"]],
    ["LOG_LEVEL", ["INFO", "warning"]],
    ["RATE_LIMIT_PER_MINUTE", ["-1", "3k"]],
    ["TRUST_PROXY", ["true", "0", "10", "0.0.0.0/0", "::/0", "10.0.0.0/33", "proxy.example", "loopback,"]],
    [
      "CORS_ORIGIN",
      [
        "a.example",
        "https://a.example/",
        "https://a.example/path",
        "*,https://a.example",
        "null",
        "capacitor://",
        "capacitor://localhost/",
        "capacitor:localhost",
        "//a",
      ],
    ],
    ["REFRESH_CRON", ["* * * *", "* * * * * * *", "every minute"]],
  ])("refuses what %s cannot be", (name, values) => {
    for (const value of values) {
      const problems = problemsOf({ [name]: value });
      expect(problems, `${name}=${value}`).toHaveLength(1);
      expect(problems[0]).toContain(`${name}=${JSON.stringify(value)}: expected `);
    }
  });

  test.each([
    ["EXCHANGE_URL", ["api.bybit.com", "ftp://api.bybit.com", "https://", "https://a.example?x=1", "wss://a.example"]],
    ["REFERENCE_URL", ["/v1", "http://a b"]],
    [
      "REDIS_URL",
      ["localhost:6379", "http://localhost", "redis://h/notadb", "redis://h:6379?db=1", "redis://h:x", "redis://"],
    ],
    ["MEMCACHED_SERVERS", ["localhost", "a:1,b", "a:0", "a:70000", ","]],
  ])("refuses what %s cannot be, without showing an address that may hold a credential", (name, values) => {
    for (const value of values) {
      expect(problemsOf({ [name]: value }), `${name}=${value}`).toEqual([
        expect.stringMatching(new RegExp(`^${name} cannot be used: expected `)),
      ]);
    }
  });

  test.each([
    "redis//:hunter2@host",
    "redis://u:a/hunter2@host",
    "redis://u:50%hunter2@host",
    "redis://:hunter2",
    "u:hunter2@host:6379",
  ])("shows nobody the password in REDIS_URL=%s, which cannot be used", (url) => {
    const problems = problemsOf({ REDIS_URL: url });
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain("hunter2");
  });

  test("refuses a schedule of five fields, and explains how it would have been read", () => {
    expect(problemsOf({ REFRESH_CRON: "*/30 * * * *" })[0]).toMatch(/six fields.*every 30 minutes/);
  });

  test("lets the simulator stand in for reference data too, by default", () => {
    const simulator = { EXCHANGE: "simulator", EXCHANGE_URL: "http://127.0.0.1:9900" };
    expect(loadConfig(simulator).referenceUrl).toBe("http://127.0.0.1:9900");
    expect(loadConfig({ ...simulator, REFERENCE_URL: "http://127.0.0.1:9901" }).referenceUrl).toBe(
      "http://127.0.0.1:9901",
    );
    expect(loadConfig({ EXCHANGE_URL: "https://mirror.example" }).referenceUrl).toBeNull();
  });

  test("requires the simulator's address, and reports that beside other problems", () => {
    expect(problemsOf({ EXCHANGE: "simulator", PORT: "x" })).toEqual([
      expect.stringContaining("PORT"),
      expect.stringContaining("EXCHANGE_URL is not set"),
    ]);
  });

  test("takes proxies by their number, too, and every origin", () => {
    expect(loadConfig({ TRUST_PROXY: "2", CORS_ORIGIN: "*" })).toMatchObject({ trustProxy: 2, corsOrigins: ["*"] });
  });

  const CREDENTIAL_FORMS = [
    "redis://:s3cret/with/slashes@127.0.0.1:6379/0",
    "redis://s3cret:6379/4@127.0.0.1:6379/0",
    "redis://default:s3cret#hash@127.0.0.1",
    "redis://default:s3cret?query@127.0.0.1",
    "redis://default:1234?s3cret@127.0.0.1",
    "redis://:s3cret%@127.0.0.1",
    "redis://:s3cret with blanks@127.0.0.1",
    "redis://:s3cret",
    ":s3cret@127.0.0.1:6379",
    "s3cret",
    "redis:s3cret@127.0.0.1",
    "http://me:s3cret@127.0.0.1/redis",
    '"redis://:s3cret@127.0.0.1',
    "redis://127.0.0.1?password=s3cret",
  ];

  test.each(CREDENTIAL_FORMS)("refuses REDIS_URL=%s, shows no part of it, and says to percent-encode", (url) => {
    const problems = problemsOf({ REDIS_URL: url });
    expect(problems).toEqual([
      "REDIS_URL cannot be used: expected redis://[user:password@]host[:port][/database], or rediss:// for TLS; " +
        "percent-encode what is special in user and password (/ as %2F, ? as %3F, # as %23, % as %25, @ as %40)",
    ]);
  });

  test.each([
    "redis://:s3cret%2Fwith%2Fslashes@127.0.0.1:6379/0",
    "redis://default:a:b!$&()*+,;=@redis.example",
    "rediss://me:p@ss@[::1]:6380",
    "redis://127.0.0.1/",
  ])("takes REDIS_URL=%s", (url) => {
    expect(loadConfig({ REDIS_URL: url }).redisUrl).toBe(url);
  });

  test.each([
    ["EXCHANGE_URL", "https://me:hunter2@mirror.example"],
    ["EXCHANGE_URL", "https://me:hunter2/x@mirror.example"],
    ["EXCHANGE_URL", "https://mirror.example/v1?key=hunter2"],
    ["EXCHANGE_URL", "https://me:hunter2"],
    ["REFERENCE_URL", "https://me:hunter2#x@mirror.example"],
    ["MEMCACHED_SERVERS", "me:hunter2@127.0.0.1:11211"],
    ["MEMCACHED_SERVERS", "memcached://me:hunter2@cache"],
    ["CORS_ORIGIN", "https://me:hunter2/x@a.example"],
    ["ADMIN_HOST", "me:hunter2@127.0.0.1"],
  ])("refuses credentials in %s=%s, and never repeats them", (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toEqual([expect.stringContaining(`${name} cannot be used: expected `)]);
    expect(problems.join()).not.toMatch(/hunter2|me:/);
  });

  test.each([
    ["of 31 characters", "hunter2".padEnd(31, "x")],
    ["with a space in it", `hunter2 ${"x".repeat(32)}`],
    ["that a header cannot carry", `hunter2ü${"x".repeat(32)}`],
  ])("refuses an admin token %s, and never shows it", (_which, token) => {
    const problems = problemsOf({ ADMIN_TOKEN: token });
    expect(problems).toEqual([expect.stringContaining("ADMIN_TOKEN")]);
    expect(problems[0]).toContain("at least 32 characters");
    expect(problems[0]).not.toContain("hunter2");
  });

  test("takes an admin token of 32 characters, and has none by default", () => {
    expect(loadConfig({ ADMIN_TOKEN: "t".repeat(32) }).adminToken).toBe("t".repeat(32));
    expect(loadConfig({}).adminToken).toBeNull();
  });
});

describe("A variable that looks like a misspelt one", () => {
  test.each([
    ["REFRESH_CORN", "REFRESH_CRON"],
    ["EXCHANGE_URl", "EXCHANGE_URL"],
    ["EXCHANGEURL", "EXCHANGE_URL"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["PULSEBOARD_PORT", "PORT"],
    ["PULSEBOARD_DATADIR", "DATA_DIR"],
    ["port", "PORT"],
    ["SYMBOLS_COUNT", "SYMBOL_COUNT"],
    ["REDIS_URI", "REDIS_URL"],
  ])("%s is hinted at as %s, and its value is not shown", (name, meant) => {
    const { warnings } = loadConfig({ [name]: "hunter2" });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(new RegExp(`^${name} .*did you mean ${meant}\\?$`));
    expect(warnings[0]).not.toContain("hunter2");
  });

  test("the environment of an ordinary machine gives no false alarm", () => {
    const ordinary =
      "HOME PATH PWD OLDPWD USER SHELL TERM LANG LC_ALL TZ EDITOR PAGER LOGNAME HOSTNAME HOSTTYPE DISPLAY MAIL SHLVL " +
      "NODE_ENV NODE_OPTIONS NO_COLOR FORCE_COLOR CI DEBUG INIT_CWD npm_config_cache npm_package_name npm_command " +
      "npm_lifecycle_event XDG_DATA_DIRS XDG_RUNTIME_DIR SSH_AUTH_SOCK PM2_HOME pm_id POSIX COLORTERM HTTP_PROXY no_proxy";
    const environment = Object.fromEntries(ordinary.split(" ").map((name) => [name, "x"]));
    expect(loadConfig(environment).warnings).toEqual([]);
  });
});

describe("The list of variables", () => {
  test("describes each in one line, with the true default", () => {
    for (const variable of CONFIG_VARIABLES) {
      expect(variable.description, variable.name).toMatch(/^\S[^\n]{10,140}\.$/);
      expect(variable.name).toMatch(/^[A-Z_]+$/);
    }
    const defaults = Object.fromEntries(CONFIG_VARIABLES.map((variable) => [variable.name, variable.default]));
    expect(loadConfig(defaults)).toEqual(loadConfig({}));
    expect(defaults).toMatchObject({ PORT: "8002", REFRESH_CRON: "5,35 * * * * *", FRESH_FOR_MS: "" });
  });
});
