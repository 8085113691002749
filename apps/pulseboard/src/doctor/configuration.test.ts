import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Check } from "../operator/checks.ts";
import { type ConfigurationSeen, checkConfiguration } from "./configuration.ts";

async function seenWith(
  content: string | Buffer | null,
  env: NodeJS.ProcessEnv = {},
  runsApart = false,
): Promise<ConfigurationSeen> {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  if (content !== null) {
    await writeFile(join(path, ".env"), content);
  }
  return checkConfiguration({ folders: [path], env, runsApart });
}

const namesOf = (checks: readonly Check[], verdict: Check["verdict"]): readonly string[] =>
  checks.filter((check) => check.verdict === verdict).map(({ name }) => name);

/** The names of what failed and of what is warned of. */
async function verdictsOf(content: string | Buffer | null, env?: NodeJS.ProcessEnv) {
  const { checks } = await seenWith(content, env);
  return { failed: namesOf(checks, "failed"), warned: namesOf(checks, "warning") };
}

const WELL = { failed: [], warned: [] };

describe("The configuration", () => {
  it.each([
    ["no file", null],
    ["a file of ours", "PORT=8003\nREDIS_URL=redis://:p%40ss@127.0.0.1:6379/1\nMEMCACHED_SERVERS=127.0.0.1:11211\n"],
    ["a file with a byte-order mark", "\ufeffSYMBOL_COUNT=20\n"],
  ])("is well with %s", async (_what, content) => {
    expect(await verdictsOf(content)).toEqual(WELL);
    expect((await seenWith(content)).configured).toMatchObject({ periodMs: 30_000 });
  });

  it.each([
    ["a wrong number", "PORT=80a", ["PORT"], []],
    ["a password that is not percent-encoded", "REDIS_URL=redis://:hunter2/x@127.0.0.1", ["REDIS_URL"], []],
    ["a schedule of five fields", "REFRESH_CRON=*/30 * * * *", ["REFRESH_CRON"], []],
    ["a schedule whose ticks are too close", "REFRESH_CRON=* * * * * *", ["REFRESH_CRON"], []],
    ["a schedule that leaves out days", "REFRESH_CRON=0 0 * * * 1", ["REFRESH_CRON"], []],
    ["a simulator without its address", "EXCHANGE=simulator", ["EXCHANGE_URL"], []],
    ["a misspelt name", "REDIS_URI=redis://:hunter2@127.0.0.1", ["REDIS_URI"], []],
    ["a name that nobody knows", "COLOUR=hunter2", [], ["COLOUR"]],
    ["keys for other programs without Redis", "PUBLISH_LEGACY_KEYS=true", [], ["PUBLISH_LEGACY_KEYS"]],
    [
      "keys for other programs of simulated data",
      "PUBLISH_LEGACY_KEYS=true\nREDIS_URL=redis://h\nEXCHANGE=simulator\nEXCHANGE_URL=http://h",
      [],
      ["PUBLISH_LEGACY_KEYS"],
    ],
    ["memcached without Redis", "MEMCACHED_SERVERS=127.0.0.1:11211", [], ["MEMCACHED_SERVERS"]],
    ["a line that sets nothing", "PORT 8002 hunter2\nADMIN_TOKEN=hunter2", ["file .env", "ADMIN_TOKEN"], []],
    ["a single wrong line", "PORT=8003\nhunter2\n", ["file .env"], []],
    ["UTF-16 without a mark", Buffer.from("ADMIN_TOKEN=hunter2", "utf16le"), ["file .env"], []],
  ])("with %s fails just there", async (_what, content, failed, warned) => {
    expect(await verdictsOf(content)).toEqual({ failed, warned });
    const seen = await seenWith(content);
    expect(JSON.stringify(seen.checks)).not.toContain("hunter2");
    // What is looked at next is this installation, never what the defaults would lead to.
    expect(seen.configured === null).toBe(failed.some((name) => name !== "REDIS_URI"));
  });

  it("says all that is wrong at once, each with what is expected and where to correct it", async () => {
    const { checks, configured } = await seenWith(
      "PORT=80a\nSYMBOL_COUNT=0\nREFRESH_CRON=0 0 0 * * *\nnonsense\nREDIS_URI=x\nREDIS_URL=localhost\n",
      { LOG_LEVEL: "loud" },
    );
    const failed = ["file .env", "REDIS_URI", "PORT", "REDIS_URL", "SYMBOL_COUNT", "LOG_LEVEL", "REFRESH_CRON"];
    expect(namesOf(checks, "failed")).toEqual(failed);
    expect(configured).toBeNull();
    for (const { name, cure } of checks.filter(({ verdict }) => verdict === "failed")) {
      expect(cure, name).toMatch(/^[A-Z][^.]*(?:\.env)?.*\.$/);
    }
    expect(checks).toContainEqual({
      name: "PORT",
      verdict: "failed",
      seen: '"80a"',
      expected: "a port, a whole number from 0 to 65535",
      cure: expect.stringMatching(/^Correct PORT in \/.*\/\.env\.$/),
    });
  });

  it("warns of a misspelt name in the environment, which belongs to others too", async () => {
    expect(await verdictsOf(null, { REDIS_URI: "x", HOME: "/root", COLOUR: "blue" })).toEqual({
      failed: [],
      warned: ["REDIS_URI"],
    });
  });

  it("needs Redis where worker and server are two processes", async () => {
    const failedOf = async (content: string, runsApart: boolean) =>
      namesOf((await seenWith(content, {}, runsApart)).checks, "failed");
    expect(await failedOf("PORT=8003", true)).toEqual(["REDIS_URL"]);
    expect(await failedOf("PORT=8003", false)).toEqual([]);
    expect(await failedOf("REDIS_URL=redis://127.0.0.1", true)).toEqual([]);
  });

  it("leaves the environment as it is", async () => {
    const env = {};
    await seenWith("PORT=1", env);
    expect(env).toEqual({});
  });
});
