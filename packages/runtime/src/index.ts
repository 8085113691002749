export { type Clock, systemClock } from "./clock.ts";
export { type Config, ConfigError, loadConfig } from "./config.ts";
export { installCrashHandlers } from "./crash-handlers.ts";
export { CONFIG_VARIABLES, type ConfigVariable } from "./environment.ts";
export { PulseboardError, type PulseboardErrorOptions } from "./errors.ts";
export { createFakeClock, type FakeClock } from "./fake-clock.ts";
export { createLogger, LOG_LEVELS, type Logger, type LoggerOptions, type LogLevel } from "./logger.ts";
export { redactCredentials } from "./redact.ts";
export { createShutdown, type Shutdown, type ShutdownCallback, type ShutdownOptions } from "./shutdown.ts";
