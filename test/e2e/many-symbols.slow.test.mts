import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { measurePublishing } from "../../scripts/bench-publish/measure.mjs";

/** What docs/operations.md gives to Redis for so many. */
const REDIS_MB = 192;
const MOST_SYMBOLS = 600;
const apps: readonly { readonly name: string; readonly max_memory_restart: string }[] = createRequire(import.meta.url)(
  "../../ecosystem.config.js",
).apps;
const limitMb = (name: string): number =>
  Number.parseInt(apps.find((app) => app.name === `pulseboard-${name}`)?.max_memory_restart ?? "", 10);

it(`${MOST_SYMBOLS} symbols are scored and published within the memory that the guide gives`, async () => {
  const { refreshes, worker, server, redisPeakMb, problems } = await measurePublishing({
    symbols: MOST_SYMBOLS,
    refreshes: 3,
    cron: "5 * * * * *",
    maxMemoryMb: REDIS_MB,
  });
  const last = refreshes.at(-1);
  console.log(
    `${last?.scored} scored; worker ${worker.largestRssMb} MB (heap ${worker.heapMb}), server ${server.largestRssMb} MB, ` +
      `Redis ${redisPeakMb} MB; publishing took ${Math.round(last?.publishMs ?? 0)} ms`,
  );
  expect(last?.scored).toBe(MOST_SYMBOLS);
  expect(worker.largestRssMb).toBeLessThan(limitMb("worker"));
  expect(server.largestRssMb).toBeLessThan(limitMb("server"));
  expect(redisPeakMb).toBeLessThan(REDIS_MB);
  // A store that took nothing, or documents that were refused.
  expect(problems.filter((line) => /store_|refused|left out|Too large/.test(line))).toEqual([]);
});
