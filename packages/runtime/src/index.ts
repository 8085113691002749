export type { Build } from "./build.ts";
export { type Clock, sleepUnlessAborted, systemClock } from "./clock.ts";
export { type Config, ConfigError, loadConfig, meantVariable } from "./config.ts";
export { installCrashHandlers } from "./crash-handlers.ts";
export { showReasons } from "./degraded-metrics.ts";
export { RUNTIME_DURATIONS, type RuntimeDurations } from "./durations.ts";
export { CONFIG_VARIABLES, DEFAULT_DATA_DIR, MAX_SYMBOL_COUNT } from "./environment.ts";
export {
  ERROR_CODES,
  type ErrorCode,
  HTTP_ERROR_CODES,
  type HttpErrorCode,
  isReadinessReason,
  READINESS_REASONS,
  REPORTED_CODES,
  type ReadinessReason,
  type ReportedCode,
} from "./error-codes.ts";
export { PulseboardError } from "./errors.ts";
export { parseHostAndPort } from "./host-and-port.ts";
export { isRecord } from "./is-record.ts";
export { isKeyPrefix, KEY_PREFIX_FORM } from "./key-prefix.ts";
export { type Lazy, lazy } from "./lazy.ts";
export { createLogger, type Logger } from "./logger.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export { createOutageLog, type OutageLog } from "./outage-log.ts";
export { redactArguments, redactCredentials } from "./redact.ts";
export { isRedisUrl, REDIS_URL_FORM } from "./redis-url.ts";
export { serveMetrics } from "./serve-metrics.ts";
export { createShutdown, type Shutdown } from "./shutdown.ts";
export { installThreadCallGuard, threadCalls } from "./thread-calls.ts";
export { withTimeout } from "./with-timeout.ts";
