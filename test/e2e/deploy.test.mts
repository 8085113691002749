import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { ask } from "./support/ask.mts";
import { beforeProgram, createDeployStage, type DeployStage } from "./support/deploy-stage.mts";
import { startMixedLoad } from "./support/mixed-load.mts";

/** A server that answers everything with something, and nothing as it should be. */
const NONSENSE = `if (command === "server") {
  const { createServer } = await import("node:http");
  createServer((_, response) => response.end('{"status":"success","stale":false}')).listen(process.env.PORT, process.env.HOST);
  await new Promise(() => {});
}`;
/** Good beside the running one; under PM2 its answers are stale after a second. */
const STALE_UNDER_PM2 = `if (command === "server" && process.env.pm_id !== undefined) {
  process.env.FRESH_FOR_MS = "1000";
}`;

declare module "vitest" {
  interface ProvidedContext {
    thorough: boolean;
  }
}

let stage: DeployStage;

beforeAll(async () => {
  stage = await createDeployStage();
});

afterAll(() => stage?.stop());

const version = async (): Promise<unknown> => (await ask(`${stage.url}/healthz`)).body.version;

describe("a deploy under load", () => {
  it("starts the first release where nothing ran", async () => {
    const { code, output } = await stage.run("deploy", stage.release("0.2.0"), "--local", stage.root);
    expect(output).toMatch(/^0\.2\.0\S* runs from 0\.2\.0-\d{8}T\d{6}$/m);
    expect(code).toBe(0);
    expect(await version()).toBe("0.2.0");
  });

  it("does all but the switch in a dry run, and leaves every file as it was", async () => {
    const files = (): string =>
      execFileSync("find", [".", "-not", "-path", "./pm2/*", "-not", "-path", "./shared/data/*"], {
        cwd: stage.root,
        encoding: "utf8",
      });
    const [before, processes] = [files(), await stage.processes()];
    const dryRun = ["deploy", stage.release("0.2.1"), "--local", stage.root, "--dry-run", "--json"];
    const { code, output } = await stage.run(...dryRun);
    const lines = output
      .trim()
      .split("\n")
      .map((line): { step?: number; ok?: boolean; result?: string } => JSON.parse(line));
    expect(lines.map(({ step, ok, result }) => result ?? [step, ok])).toEqual([
      ...[1, 2, 3, 4, 5].map((step) => [step, true]),
      "would_deploy",
    ]);
    expect(code).toBe(0);
    expect(files()).toEqual(before);
    expect(await stage.processes()).toEqual(processes);
  });

  it("replaces a good one by a good one without a failed request, and the sequence never goes back", async () => {
    const before = await stage.processes();
    const load = startMixedLoad(stage.url);
    const { code, output } = await stage.run("deploy", stage.release("0.3.0"), "--local", stage.root);
    const { failures, backwards, answered } = await load.stop();
    expect(output).toMatch(/^\d\d:\d\d:\d\d 8\/8 tidy up: /m);
    expect(code).toBe(0);
    expect(failures).toEqual([]);
    expect(backwards).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    expect(await version()).toBe("0.3.0");
    expect(stage.current()).toMatch(/^0\.3\.0-/);
    const after = await stage.processes();
    expect(after.worker).not.toBe(before.worker);
    expect(after.server).not.toBe(before.server);
  });

  it.each([
    [
      "with a wrong .env at step 4",
      "0.4.0",
      undefined,
      "SYMBOL_COUNT=none\n",
      /^Step 4 \(configuration\) failed: .*SYMBOL_COUNT/m,
    ],
    [
      "that does not start at step 5",
      "0.4.1",
      'if (command === "server") { console.error("no server today"); process.exit(7); }',
      "",
      /^Step 5 .* failed: the server of 0\.4\.1-\S+ does not start: .*no server today/m,
    ],
    ["that serves nonsense at step 5", "0.4.2", NONSENSE, "", /^Step 5 .* failed: /m],
  ])("stops one %s; nothing was restarted", async (_, wrong, statement, settings, expected) => {
    const before = await stage.processes();
    const [current, releases] = [stage.current(), stage.releases()];
    const file = stage.release(wrong, (folder) => statement !== undefined && beforeProgram(folder, statement));
    stage.writeSettings(settings);
    const load = startMixedLoad(stage.url);
    const { code, output } = await stage.run("deploy", file, "--local", stage.root);
    const { failures } = await load.stop();
    stage.writeSettings();
    expect(output).toMatch(expected);
    expect(output).toMatch(/0\.3\.0-\S+ runs\. The log is \S/m);
    expect(code).toBe(1);
    expect(failures).toEqual([]);
    expect(await stage.processes()).toEqual(before);
    expect([stage.current(), stage.releases()]).toEqual([current, releases]);
  });

  it("stops where another PM2 runs the server: two workers would use the same stores, and two servers one port", async () => {
    const before = await stage.processes();
    const [current, releases] = [stage.current(), stage.releases()];
    const home = join(stage.work, "another-pm2");
    const args = [stage.program, "deploy", stage.release("0.4.3"), "--local", stage.root];
    const deploy = promisify(execFile)(process.execPath, args, { env: { ...stage.env, PM2_HOME: home } });
    await expect(deploy).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`a program answers at ${stage.url} that PM2 in ${home} does not run`),
    });
    expect(existsSync(home)).toBe(false);
    expect(await stage.processes()).toEqual(before);
    expect([stage.current(), stage.releases()]).toEqual([current, releases]);
  });

  it("rolls one back by itself that is good until it runs, within 3 s and without a failed request", async () => {
    const file = stage.release("0.5.0", (folder) => beforeProgram(folder, STALE_UNDER_PM2));
    const load = startMixedLoad(stage.url);
    const { code, output } = await stage.run("deploy", file, "--local", stage.root);
    const { failures, backwards, longestWithoutFreshMs } = await load.stop();
    expect(output).toMatch(
      /^Step [67] .* failed: phones get no good answer any more: the snapshot is not fresh\. 0\.3\.0-\S+ runs again/m,
    );
    expect(output).toContain("and is valid");
    expect(code).toBe(1);
    expect(failures).toEqual([]);
    expect(backwards).toEqual([]);
    // Whatever else runs on the machine in the short form.
    expect(longestWithoutFreshMs).toBeLessThan(inject("thorough") ? 3_000 : 15_000);
    expect(await version()).toBe("0.3.0");
    expect(stage.current()).toMatch(/^0\.3\.0-/);
  });

  it.runIf(inject("thorough"))("keeps one that runs when tidying up after it fails, and says so", async () => {
    const inTheWay = join(stage.root, "deployed.json.next");
    mkdirSync(inTheWay);
    const { code, output } = await stage.run("deploy", stage.release("0.6.0"), "--local", stage.root);
    rmdirSync(inTheWay);
    expect(output).toMatch(/^\d\d:\d\d:\d\d 8\/8 tidy up: FAILED: /m);
    expect(output).toMatch(/^0\.6\.0\S* runs from 0\.6\.0-/m);
    expect(code).toBe(0);
    expect(await version()).toBe("0.6.0");
    expect(stage.current()).toMatch(/^0\.6\.0-/);
    expect(stage.releases()).toContain(stage.current());
  });
});
