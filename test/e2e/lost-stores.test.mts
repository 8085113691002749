import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { startMemcached, startRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { untilSnapshot } from "./support/ask.mts";
import { simulated, startHurried, startSimulatorProgram } from "./support/program.mts";

/** Two periods, and the one that the start's own refresh begins. */
const MOST_REFRESHES = 3;

it("phones get a newer snapshot although every store was emptied while no worker ran", async () => {
  const [folder, redis, memcached, simulator] = await Promise.all([
    createTemporaryFolder(),
    startRedis(),
    startMemcached(),
    startSimulatorProgram("--seed", "8"),
  ]);
  onTestFinished(async () => {
    await Promise.all([simulator.stop(), redis.stop(), memcached.stop()]);
    await folder.remove();
  });
  const env = {
    REDIS_URL: redis.url,
    MEMCACHED_SERVERS: memcached.address,
    REFRESH_CRON: "*/2 * * * * *",
    SYMBOL_COUNT: "5",
    PORT: "0",
    HOST: "127.0.0.1",
    // The start is no reason for the server to ask: it must do so because it is told of an older publication.
    FRESH_FOR_MS: "600000",
    ...simulated(simulator.url, folder.path),
  };
  const first = startHurried({ worker: true, server: false }, env);
  const server = startHurried({ worker: false, server: true }, env);
  onTestFinished(async () => {
    await Promise.all([first.stop(), server.stop()]);
  });
  const [, url = ""] = await server.printed(/answers at (http:\/\/[^/\s]+)/);
  const served = await untilSnapshot(url, ({ sequence, sections }) => sequence > 5 && sections.scores.received === 5);
  await first.stop();

  await redis.say("FLUSHALL");
  await memcached.say("flush_all");
  for (const name of await readdir(folder.path)) {
    await rm(join(folder.path, name), { recursive: true });
  }
  const second = startHurried({ worker: true, server: false }, env);
  onTestFinished(async () => {
    await second.stop();
  });
  const refreshes = () => second.output().split('"msg":"Refreshed"').length - 1;
  const after = await untilSnapshot(url, ({ sequence, generated_at }) => {
    expect(sequence).toBeGreaterThanOrEqual(served.sequence);
    return sequence > served.sequence && generated_at > served.generated_at;
  });
  expect(after.sections.scores.stale).toBe(false);
  expect(refreshes()).toBeLessThanOrEqual(MOST_REFRESHES);
});
