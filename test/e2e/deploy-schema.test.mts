import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "./support/ask.mts";
import { createDeployStage, type DeployStage, raiseSchema } from "./support/deploy-stage.mts";
import { startMixedLoad } from "./support/mixed-load.mts";

const PERIOD_MS = 5_000;

let stage: DeployStage;

beforeAll(async () => {
  stage = await createDeployStage();
  const { code, output } = await stage.run("deploy", stage.release("0.2.0"), "--local", stage.root);
  expect([code, output]).toEqual([0, expect.stringContaining("8/8")]);
});

afterAll(() => stage?.stop());

const served = async (): Promise<unknown> => (await ask(`${stage.url}/api/dashboard/mobile-data`)).body.schema_version;

it("a deploy over a change of the schema, and the rollback over it, lose no request and never go back in sequence", async () => {
  const load = startMixedLoad(stage.url);
  const deployed = await stage.run("deploy", stage.release("0.3.0", raiseSchema), "--local", stage.root);
  expect(deployed.output).toMatch(/ runs from 0\.3\.0-/);
  expect(await served()).toBe(2);

  // Redis, memcached and the disk have documents that the older release cannot read.
  const back = await stage.run("rollback", "--local", stage.root);
  expect(back.output).toContain("what is stored has the newer schema 2");
  expect(back.output).toMatch(/ runs from 0\.2\.0-/);
  expect(await served()).toBe(1);

  const { failures, backwards, longestWithoutFreshMs, schemaVersions } = await load.stop();
  expect(failures).toEqual([]);
  expect(backwards).toEqual([]);
  expect([...schemaVersions]).toEqual([1, 2]);
  expect(longestWithoutFreshMs).toBeLessThan(2 * PERIOD_MS);
});
