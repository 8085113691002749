import { expect, inject, test } from "vitest";
import { startMemcached, startRedis } from "./servers.ts";

test("the servers of all tests answer", async () => {
  expect(inject("redisUrl")).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/);
  expect(inject("memcachedServer")).toMatch(/^127\.0\.0\.1:\d+$/);
});

test.each([
  ["redis-server", startRedis, "PING", "+PONG"],
  ["memcached", startMemcached, "version", "VERSION"],
])("%s can be paused, resumed, killed and started again on its port", async (_, start, question, answer) => {
  const server = await start();
  expect(await server.say(question)).toContain(answer);
  server.pause();
  const late = server.say(question);
  server.resume();
  expect(await late).toContain(answer);
  const before = server.pid();
  await server.kill();
  await expect(server.say(question)).rejects.toThrow("ECONNREFUSED");
  expect(() => process.kill(before, 0)).toThrow("ESRCH");
  await server.restart();
  expect(await server.say(question)).toContain(answer);
  await server.stop();
});

test("a server that cannot start says why", async () => {
  await expect(startRedis({ args: ["--no-such-option", "1"] })).rejects.toThrow(
    /did not start on port \d+:[\s\S]*no-such-option/,
  );
});
