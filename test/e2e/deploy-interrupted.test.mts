import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ask, until } from "./support/ask.mts";
import { createDeployStage, type DeployStage } from "./support/deploy-stage.mts";
import { startMixedLoad } from "./support/mixed-load.mts";

declare module "vitest" {
  interface ProvidedContext {
    thorough: boolean;
  }
}

/** What is printed last before the kill, of the step that has ended, and how long before. */
const MOMENTS = [
  ["in step 2", /1\/8 /, 0],
  ["in step 3", /2\/8 /, 20],
  ["in step 4", /3\/8 /, 50],
  ["in step 5", /4\/8 /, 1_500],
  ["at the switch, in step 6", /5\/8 /, 150],
  ["later in step 6", /5\/8 /, 3_000],
  ["in step 7", /6\/8 /, 500],
  ["in step 8", /7\/8 /, 50],
] as const;
/** The switch is the moment that matters most. */
const SHORT = ["at the switch, in step 6"];

let stage: DeployStage;
let minor = 2;

beforeAll(async () => {
  stage = await createDeployStage();
  const { code, output } = await stage.run("deploy", stage.release("0.2.0"), "--local", stage.root);
  expect([code, output]).toEqual([0, expect.stringContaining("8/8")]);
});

afterAll(() => stage?.stop());

const moments = MOMENTS.filter(([name]) => inject("thorough") || SHORT.includes(name));

describe.each(moments)("a deploy that is killed %s", (_, pattern, afterMs) => {
  const moment = { pattern, afterMs, signal: "SIGKILL" } as const;

  it("leaves a server that answers, and a second run completes it, without a failed request", async () => {
    minor += 1;
    const [next, load] = [stage.release(`0.${minor}.0`), startMixedLoad(stage.url)];
    const killed = await stage.runUntil(moment, "deploy", next, "--local", stage.root);
    expect(killed.code).toBeNull();
    const { code, output } = await stage.run("deploy", next, "--local", stage.root);
    const { failures, backwards } = await load.stop();
    expect(output).toMatch(/^An earlier run was cut off in step \d; 0\.\d+\.0-\S+ ran before it$/m);
    expect(output).toMatch(/ runs from /);
    expect(code).toBe(0);
    expect(failures).toEqual([]);
    expect(backwards).toEqual([]);
    expect((await ask(`${stage.url}/healthz`)).body.version).toBe(`0.${minor}.0`);
    expect(stage.releases().filter((name) => name.startsWith("."))).toEqual([]);
  });

  it.runIf(inject("thorough"))("leaves a server that answers, and a rollback brings back what ran before", async () => {
    minor += 1;
    const running = stage.current();
    const next = stage.release(`0.${minor}.0`);
    const load = startMixedLoad(stage.url);
    const killed = await stage.runUntil(moment, "deploy", next, "--local", stage.root);
    expect(killed.code).toBeNull();
    const { code, output } = await stage.run("rollback", running, "--local", stage.root);
    const { failures } = await load.stop();
    expect(output).toContain(` runs from ${running}`);
    expect(code).toBe(0);
    expect(failures).toEqual([]);
    expect(stage.current()).toBe(running);
  });
});

it.runIf(inject("thorough"))("a server beside the running one ends with a deploy that is killed", async () => {
  await stage.runUntil(
    { pattern: /4\/8 /, afterMs: 1_500, signal: "SIGKILL" },
    "deploy",
    stage.release("0.90.0"),
    "--local",
    stage.root,
  );
  const isGone = await until(
    async () => (commandLines().some((line) => line.includes("/0.90.0-")) ? null : true),
    10_000,
  );
  expect(isGone).toBe(true);
});

it("a deploy that is ended by a signal in the middle of the switch goes back by itself", async () => {
  const running = stage.current();
  const load = startMixedLoad(stage.url);
  const ended = await stage.runUntil(
    { pattern: /5\/8 /, afterMs: 0, signal: "SIGTERM" },
    "deploy",
    stage.release("0.91.0"),
    "--local",
    stage.root,
  );
  const { failures } = await load.stop();
  expect(ended.output).toMatch(/^Step 6 \(switch\) failed: ended by SIGTERM\. /m);
  expect(ended.code).toBe(1);
  expect(failures).toEqual([]);
  expect(stage.current()).toBe(running);
});

/** Of every process that runs. */
function commandLines(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readFileSync(`/proc/${name}/cmdline`, "utf8")];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
