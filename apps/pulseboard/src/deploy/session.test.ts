import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished, vi } from "vitest";
import { OPERATOR_EXIT } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { type Session, withSession } from "./session.ts";

const [GOOD, NEXT] = ["0.1.0-20260501T100000", "0.2.0-20260501T110000"];

/** A layout where PM2 runs nothing, the first release proved good, and `current` leads to the second. */
async function place(): Promise<{ readonly layout: Layout; readonly printed: () => string }> {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  vi.stubEnv("PM2_HOME", join(folder.path, ".pm2"));
  const print = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => {
    print.mockRestore();
    vi.unstubAllEnvs();
  });
  const layout = layoutOf(folder.path);
  for (const name of [GOOD, NEXT]) {
    const release = join(layout.releases, name);
    mkdirSync(join(release, "dist"), { recursive: true });
    writeFileSync(join(release, "package.json"), JSON.stringify({ name: "pulseboard", version: name.slice(0, 5) }));
    writeFileSync(join(release, "dist/pulseboard.mjs"), "");
  }
  for (const file of [layout.envFile, layout.pm2]) {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "");
  }
  symlinkSync(join("releases", NEXT), layout.current);
  writeFileSync(layout.deployedFile, JSON.stringify([GOOD]));
  return { layout, printed: () => print.mock.calls.flat().join("\n") };
}

const run = (layout: Layout, work: (session: Session) => void) =>
  withSession({ layout, dryRun: false, json: false, name: "deploy of a.tgz" }, async (session) => {
    work(session);
    return OPERATOR_EXIT.well;
  });

/** The lock of a run that was killed in this step. */
function leaveLock({ lockFile }: Layout, step: number): void {
  const { pid } = spawnSync("true");
  const entry = { pid, processStart: "", began: "2026-05-01T11:00:00Z", step, from: GOOD, to: NEXT };
  writeFileSync(lockFile, JSON.stringify(entry));
}

it("of a damaged lock it says what is wrong, and that the way back is the last release that proved good", async () => {
  const { layout, printed } = await place();
  writeFileSync(layout.lockFile, "{}");
  const work = vi.fn<(session: Session) => void>();
  expect(await run(layout, work)).toBe(0);
  expect(work.mock.calls[0]?.[0]).toMatchObject({ old: { name: GOOD }, isUnsettled: true });
  expect(printed()).toBe(
    `${layout.lockFile} was damaged, perhaps by a power cut, and no longer says how far an earlier run came; the way back is ${GOOD}, the last that proved good`,
  );
});

it("a run that is refused after a cut-off one does not hide from the next one that it may have switched", async () => {
  const { layout, printed } = await place();
  leaveLock(layout, 6);
  const refuse = (): never => {
    throw new DeployError("the file is wrong");
  };
  expect(await run(layout, refuse)).toBe(1);
  expect(JSON.parse(readFileSync(layout.lockFile, "utf8"))).toMatchObject({ step: 6, from: GOOD });
  expect(printed()).toContain(`An earlier run was cut off in step 6; ${GOOD} ran before it`);
});

it("of a full disk it says what to do, and leaves no half file on it", async () => {
  const { layout, printed } = await place();
  symlinkSync("/dev/full", `${layout.lockFile}.${process.pid}`);
  expect(await run(layout, () => undefined)).toBe(1);
  expect(printed()).toBe(
    "The deploy of a.tgz has changed nothing: ENOSPC: no space left on device, write: free some space.",
  );
  expect(readdirSync(layout.root).filter((name) => name.startsWith("deploy.lock"))).toEqual([]);
});
