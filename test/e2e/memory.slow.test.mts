import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { measureMemory } from "../../scripts/bench-memory/measure.mjs";
import { createMemoryGroup } from "../../scripts/bench-memory/memory-group.mjs";
import { nodeOf, SUPPORTED_NODES } from "./support/node-versions.mts";
import { builtRelease, unpack } from "./support/release.mts";

const LIMIT_MB = 512;
/** Of worker, server, PM2 and Redis; and with a deploy's second server beside them. */
const STEADY_MB = 320;
const DEPLOY_MB = 440;
const STEADY_MS = 180_000;
const DEPLOY_MS = 30_000;

const refusal = tryGroup();

describe.skipIf(refusal !== null)(`In a cgroup of ${LIMIT_MB} MB${refusal === null ? "" : ` (${refusal})`}`, () => {
  // One after the other: they would not disturb each other's memory, but the machine.
  it.sequential.each(SUPPORTED_NODES)("a release on Node %s leaves room for a deploy", async (version) => {
    const node = nodeOf(version);
    expect(node, `npm must bring Node ${version}`).not.toBeNull();
    const group = createMemoryGroup(LIMIT_MB);
    if (typeof group === "string") {
      throw new Error(group);
    }
    const { path, remove } = await createTemporaryFolder();
    onTestFinished(remove);
    const release = unpack(await builtRelease(), path);
    const setting = { group, release, node: node ?? "", steadyMs: STEADY_MS, deployMs: DEPLOY_MS };
    const { phases, answered, failed } = await measureMemory(setting);
    const [steady, ...deploying] = phases.map(({ maxMb }) => maxMb);
    console.log(
      `Node ${version}: ${phases.map(({ name, meanMb, maxMb }) => `${name}: ${meanMb}/${maxMb} MB`).join("; ")}`,
    );
    expect(steady).toBeLessThan(STEADY_MB);
    expect(Math.max(...deploying)).toBeLessThan(DEPLOY_MB);
    expect(failed).toBe(0);
    expect(answered).toBeGreaterThan(5_000);
  });
});

/** Why no group can be made; null where one can. */
function tryGroup(): string | null {
  const group = createMemoryGroup(LIMIT_MB);
  if (typeof group === "string") {
    return group;
  }
  void group.remove();
  return null;
}
