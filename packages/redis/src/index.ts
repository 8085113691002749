export {
  type BlockingConnection,
  type CommandConnection,
  connectRedis,
  type RedisConnection,
  type RedisConnectionOptions,
} from "./connect-redis.ts";
export { REDIS_DURATIONS, type RedisDurations } from "./durations.ts";
export { RedisError, type RedisErrorKind } from "./redis-error.ts";
