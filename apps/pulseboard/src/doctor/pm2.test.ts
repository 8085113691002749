import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { judgePm2 } from "./pm2.ts";
import { type Pm2App, type Pm2Readings, readPm2 } from "./pm2-readings.ts";

const app = (name: string, changes: Partial<Pm2App> = {}): Pm2App => ({
  ...{ name, status: "online", crashes: 0, logBytes: 4e6 },
  ...changes,
});
const WORKER = app("pulseboard-worker");
const SERVER = app("pulseboard-server");
const UNIT = "/etc/systemd/system/pm2-pulseboard.service";
const PROGRAM = "/srv/pulseboard/pm2/node_modules/pm2/bin/pm2";

const WELL: Pm2Readings = {
  apps: [WORKER, SERVER],
  unit: { path: UNIT, program: PROGRAM, exists: true, isFleeting: false },
  hasSystemd: true,
  saved: ["pulseboard-worker", "pulseboard-server"],
  isRotated: true,
};

const wrongOf = (readings: Pm2Readings | null): readonly string[] =>
  judgePm2(readings).flatMap(({ name, verdict }) => (verdict === "ok" ? [] : [`${verdict}: ${name}`]));

it("both online, started at boot, saved and rotated is well; so is a machine without PM2", () => {
  expect(wrongOf(WELL)).toEqual([]);
  expect(wrongOf(null)).toEqual([]);
  expect(wrongOf({ ...WELL, apps: [] })).toEqual([]);
});

it.each<[string, Partial<Pm2Readings>, string]>([
  [
    "a server that PM2 has given up",
    { apps: [WORKER, app("pulseboard-server", { status: "errored" })] },
    "failed: pulseboard-server",
  ],
  ["no worker", { apps: [SERVER] }, "failed: pulseboard-worker"],
  [
    "a worker that ended once",
    { apps: [app("pulseboard-worker", { crashes: 1 }), SERVER] },
    "warning: pulseboard-worker",
  ],
  [
    "a worker that ends again and again",
    { apps: [app("pulseboard-worker", { crashes: 7 }), SERVER] },
    "failed: pulseboard-worker",
  ],
  ["no unit", { unit: null }, "warning: started at boot"],
  [
    "a unit whose program is gone",
    { unit: { path: UNIT, program: "/gone/pm2", exists: false, isFleeting: false } },
    "failed: started at boot",
  ],
  [
    "a unit that points into npx's cache",
    { unit: { path: UNIT, program: "/root/.npm/_npx/ab12/node_modules/pm2/bin/pm2", exists: true, isFleeting: true } },
    "warning: started at boot",
  ],
  ["nothing saved", { saved: null }, "warning: saved"],
  ["one of the two saved", { saved: ["pulseboard-server"] }, "warning: saved"],
  ["logs that nobody rotates", { isRotated: false }, "warning: logs"],
  ["large logs", { apps: [app("pulseboard-worker", { logBytes: 2e9 }), SERVER] }, "warning: logs"],
])("with %s just that line says so, and what to do", (_what, changes, wrong) => {
  const checks = judgePm2({ ...WELL, ...changes });
  expect(wrongOf({ ...WELL, ...changes })).toEqual([wrong]);
  expect(checks.find(({ verdict }) => verdict !== "ok")?.cure).toMatch(/^[A-Z].*\.$/);
});

it("a machine without systemd has no unit to miss", () => {
  expect(wrongOf({ ...WELL, unit: null, hasSystemd: false })).toEqual([]);
});

/** A folder as PM2's, with a program in PM2's place that prints this list; this process stands in for the daemon. */
async function pm2Of(list: readonly object[], files: Readonly<Record<string, string>>) {
  const { path, remove } = await createTemporaryFolder();
  onTestFinished(remove);
  const program = `process.stdout.write("[PM2] hello\\n" + ${JSON.stringify(JSON.stringify(list))});`;
  const all = { "root/node_modules/pm2/bin/pm2": program, "home/pm2.pid": String(process.pid), ...files };
  for (const [name, text] of Object.entries(all)) {
    const file = join(path, name);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, text);
  }
  const places = {
    root: join(path, "root"),
    home: join(path, "home"),
    unitFolder: join(path, "units"),
    logrotateFolder: join(path, "logrotate.d"),
  };
  return { path, places };
}

const localTime = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);

it("is read from PM2's list, its own log, its dump, and the units of systemd", async () => {
  const nowMs = Date.parse("2026-11-30T18:00:00Z");
  const log = [
    [nowMs - 7_200_000, "App [pulseboard-worker:0] exited with code [1] via signal [SIGINT]"],
    [nowMs - 600_000, "App [pulseboard-worker:0] exited with code [1] via signal [SIGINT]"],
    [nowMs - 300_000, "App [pulseboard-worker:0] exited with code [0] via signal [SIGKILL]"],
    [nowMs - 200_000, "App [pulseboard-worker:0] exited with code [0] via signal [SIGINT]"],
    [nowMs - 150_000, "[PM2][WORKER] Process 0 restarted because it exceeds --max-memory-restart value (...)"],
    [nowMs - 140_000, "[PM2][WORKER] Process 10 restarted because it exceeds --max-memory-restart value (...)"],
    [nowMs - 100_000, "App [other:2] exited with code [1] via signal [SIGINT]"],
  ].map(([ms, text]) => `${localTime(Number(ms))}: PM2 log: ${text}`);
  const { path, places } = await pm2Of(
    [
      {
        name: "pulseboard-worker",
        pm2_env: { pm_id: 0, status: "online", pm_out_log_path: "/nowhere", pm_err_log_path: "/nowhere" },
      },
      { name: "other", pm2_env: { status: "online" } },
    ],
    {
      "home/pm2.log": log.join("\n"),
      "home/dump.pm2": JSON.stringify([{ name: "pulseboard-worker" }]),
      "units/pm2-somebody.service": "[Service]\nExecStart=/gone/pm2 resurrect\n",
    },
  );
  expect(await readPm2(places, nowMs)).toMatchObject({
    apps: [{ name: "pulseboard-worker", status: "online", crashes: 3, logBytes: 0 }],
    unit: { path: join(path, "units/pm2-somebody.service"), program: "/gone/pm2", exists: false, isFleeting: false },
    saved: ["pulseboard-worker"],
    isRotated: false,
  });
});

it.each([
  ["/home/me/.npm/_npx/ab12/node_modules/pm2/bin/pm2", true],
  ["/srv/pulseboard/releases/0.1.0-1/node_modules/pm2/bin/pm2", true],
  ["ROOT/node_modules/pm2/bin/pm2", true],
  ["/srv/pulseboard/pm2/node_modules/pm2/bin/pm2", false],
  ["/usr/lib/node_modules/pm2/bin/pm2", false],
])("a unit that starts %s may lose it: %s", async (program, isFleeting) => {
  const { path, places } = await pm2Of([], {});
  await mkdir(places.unitFolder);
  const line = `ExecStart=${program.replace("ROOT", join(path, "root"))} resurrect\n`;
  await writeFile(join(places.unitFolder, "pm2-somebody.service"), line);
  expect((await readPm2(places, 0))?.unit?.isFleeting).toBe(isFleeting);
});

it("is left alone when its daemon does not run: its command line would start one", async () => {
  const { places } = await pm2Of([], { "home/pm2.pid": "999999999" });
  expect(await readPm2(places, 0)).toBeNull();
});
