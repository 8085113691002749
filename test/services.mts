import { startMemcached, startRedis } from "@pulseboard/testing/servers";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** A Redis for tests that neither stop nor flush it: "redis://127.0.0.1:PORT". */
    redisUrl: string;
    /** A memcached for such tests: "127.0.0.1:PORT". */
    memcachedServer: string;
  }
}

/** Real servers on free ports for all tests of the project. They end with this process, also when it is killed. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [redis, memcached] = await Promise.all([startRedis(), startMemcached()]);
  project.provide("redisUrl", redis.url);
  project.provide("memcachedServer", memcached.address);
  return async () => {
    await Promise.all([redis.stop(), memcached.stop()]);
  };
}
