import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { ask } from "./support/ask.mts";
import { createDeployStage, type DeployStage, type Ended } from "./support/deploy-stage.mts";
import { startMixedLoad } from "./support/mixed-load.mts";

let stage: DeployStage;
let minor = 2;

beforeAll(async () => {
  stage = await createDeployStage();
  const { code, output } = await stage.run("deploy", stage.release("0.2.0"), "--local", stage.root);
  expect([code, output]).toEqual([0, expect.stringContaining("8/8")]);
});

afterAll(() => stage?.stop());

const version = async (): Promise<unknown> => (await ask(`${stage.url}/healthz`)).body.version;

/** A deploy during which Redis is killed when the output matches, and comes back at its end. */
async function deployWithoutRedis(pattern: RegExp): Promise<Ended & { readonly version: string }> {
  minor += 1;
  const release = stage.release(`0.${minor}.0`);
  let killed: Promise<void> | null = null;
  const ended = await stage.watch(
    (output) => {
      if (killed === null && pattern.test(output)) {
        killed = stage.redis.kill();
      }
    },
    "deploy",
    release,
    "--local",
    stage.root,
  );
  await killed;
  expect(killed).not.toBeNull();
  await stage.redis.restart();
  return { ...ended, version: `0.${minor}.0` };
}

describe("a deploy while Redis", () => {
  it.each([
    ["is away from the start on", /1\/8 /],
    ["goes away beside the new server", /4\/8 /],
    ["goes away at the switch", /5\/8 /],
    ["goes away after the switch", /6\/8 /],
  ])("%s fails no request: it is completed, or names the cause and the old release runs", async (_, pattern) => {
    const before = await version();
    const load = startMixedLoad(stage.url);
    const { code, output, version: next } = await deployWithoutRedis(pattern);
    const { failures, backwards } = await load.stop();
    expect(failures).toEqual([]);
    expect(backwards).toEqual([]);
    expect(await version()).toBe(code === 0 ? next : before);
    if (code !== 0) {
      expect(code).toBe(1);
      expect(output).toMatch(/redis/i);
    }
    // What comes after it is taken as ever.
    minor += 1;
    const { code: second, output: said } = await stage.run(
      "deploy",
      stage.release(`0.${minor}.0`),
      "--local",
      stage.root,
    );
    expect([second, said]).toEqual([0, expect.stringContaining("8/8")]);
  });
});

describe("a deploy where nothing can be written in", () => {
  it.each(["releases", "shared", "shared/data", "shared/logs"])(
    "%s fails no request, says so, and the old release runs",
    async (name) => {
      const folder = join(stage.root, name);
      execFileSync("mkdir", ["-p", folder]);
      execFileSync("mount", ["--bind", folder, folder]);
      execFileSync("mount", ["-o", "remount,bind,ro", folder]);
      const unmount = (): void => void execFileSync("umount", ["-l", folder]);
      onTestFinished(unmount);
      const [before, current] = [await version(), stage.current()];
      minor += 1;
      const load = startMixedLoad(stage.url);
      const { code, output } = await stage.run("deploy", stage.release(`0.${minor}.0`), "--local", stage.root);
      const { failures } = await load.stop();
      expect(failures).toEqual([]);
      expect(output).not.toMatch(/^\s+at /m);
      if (code !== 0) {
        expect(await version()).toBe(before);
        expect(stage.current()).toBe(current);
        expect(output).toMatch(/EROFS|read-only|cannot be written|store_unwritable/i);
      }
    },
  );
});
