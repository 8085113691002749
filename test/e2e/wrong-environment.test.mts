import { createServer } from "node:net";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it } from "vitest";
import { ask } from "./support/ask.mts";
import { startProgram, startPulseboard, startSimulatorProgram } from "./support/program.mts";

describe("a wrong environment", () => {
  it("is refused with all errors and remedies, on a few lines", async () => {
    const program = startProgram("start", [], {
      PORT: "80a",
      SYMBOL_COUNT: "0",
      REFRESH_CRON: "* * * * *",
    });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain("REFRESH_CRON");
    expect(program.output()).toMatch(/PORT[\s\S]*SYMBOL_COUNT|SYMBOL_COUNT[\s\S]*PORT/);
    expect(program.output()).not.toContain("    at ");
  });

  it.each(["start", "worker", "server", "refresh"])(
    "a password that is not percent-encoded is not shown by %s",
    async (name) => {
      const program = startProgram(name, [], { REDIS_URL: "redis://:s3cret/with/slashes@127.0.0.1:6379/0" });
      expect(await program.ended()).toBeGreaterThan(0);
      expect(program.output()).toMatch(/redis:\/\/\[user:password@]host.*percent-encode/);
      expect(program.output()).not.toMatch(/s3cret|slashes|with\//);
      expect(program.output()).not.toContain("    at ");
    },
  );

  it.each([
    ["start", "MEMCACHED_SERVERS", "memcached://me:s3cret/slashes@127.0.0.1:11211"],
    ["worker", "EXCHANGE_URL", "https://me:s3cret#slashes@mirror.example"],
    ["server", "REFERENCE_URL", "https://mirror.example/v1?key=s3cret%slashes"],
    ["demo", "ADMIN_TOKEN", "s3cret with slashes, and long enough to be a token"],
    ["refresh", "REDIS_URL", "unix://:s3cret@/var/run/slashes.sock"],
  ])("%s refuses what cannot be in %s, and shows no part of it", async (name, variable, value) => {
    const redis = variable === "REDIS_URL" ? {} : { REDIS_URL: "redis://127.0.0.1:1" };
    const program = startProgram(name, [], { ...redis, [variable]: value });
    expect(await program.ended()).toBeGreaterThan(0);
    expect(program.output()).toMatch(/cannot be used: expected /);
    expect(program.output()).not.toMatch(/s3cret|slashes/);
    expect(program.output()).not.toContain("    at ");
  });

  it("a simulator that EXCHANGE does not declare is refused, with the variable to set", async () => {
    const folder = await createTemporaryFolder();
    const simulator = await startSimulatorProgram("--seed", "1");
    const pulseboard = await startPulseboard({
      EXCHANGE_URL: simulator.url,
      REFERENCE_URL: simulator.url,
      DATA_DIR: folder.path,
    });
    await pulseboard.printed(/exchange_is_simulator[\s\S]*EXCHANGE=simulator/);
    expect((await ask(`${pulseboard.url}/api/dashboard/mobile-data`)).body.status).toBe("error");
    await pulseboard.stop();
    await simulator.stop();
    await folder.remove();
  });

  it("a port that is taken is named", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const program = startProgram("start", [], {
      PORT: port,
      HOST: "127.0.0.1",
      EXCHANGE_URL: "http://127.0.0.1:1",
    });
    expect(await program.ended()).toBe(1);
    holder.close();
    expect(program.output()).toContain(port);
    expect(program.output()).toContain("PORT");
    expect(program.output()).not.toContain("    at ");
  });
});
