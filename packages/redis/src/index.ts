export {
  type BlockingConnection,
  type CommandConnection,
  connectRedis,
  type RedisConnection,
} from "./connect-redis.ts";
export { REDIS_DURATIONS, type RedisDurations } from "./durations.ts";
export { isRefusal, RedisError } from "./redis-error.ts";
