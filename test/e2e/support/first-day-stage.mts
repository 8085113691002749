import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { findFreePort } from "@pulseboard/testing/free-port";
import { startMemcached, startRedis, type TestMemcached, type TestRedis } from "@pulseboard/testing/servers";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { documentedBlocks, replaceOnce } from "./documented.mts";
import { ROOT, type SimulatorProgram, simulated, startSimulatorProgram } from "./program.mts";
import { builtRelease } from "./release.mts";

export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A machine on its first day: Redis and memcached as installed, a release's file in an empty folder, and an exchange. */
export interface FirstDayStage {
  /** In place of /srv/pulseboard. */
  readonly root: string;
  /** Where phones ask. */
  readonly url: string;
  /** Of the server and the worker. */
  readonly metricsUrls: readonly string[];
  readonly version: string;
  readonly redis: TestRedis;
  readonly memcached: TestMemcached;
  readonly simulator: SimulatorProgram;
  /** A token of the operator. */
  readonly token: string;
  /** Runs lines of the shell in `root`, up to the first that fails. */
  shell(lines: string): Promise<Ended>;
  /** Gives Redis the settings that the guide names, which a Redis that was started again has lost. */
  setUpRedis(): Promise<void>;
  /** The first release with another version, as a file beside its checksum; `change` edits its folder before it is packed. */
  anotherRelease(version: string, change?: (folder: string) => void): string;
  stop(): Promise<void>;
}

const PASSWORD = "CHANGE-ME";

export async function createFirstDayStage(...simulatorOptions: readonly string[]): Promise<FirstDayStage> {
  const folder = await createTemporaryFolder();
  const [built, redis, memcached, simulator] = await Promise.all([
    builtRelease(),
    startRedis(),
    startMemcached(),
    startSimulatorProgram("--seed", "51", ...simulatorOptions),
  ]);
  const [port, adminPort] = [await findFreePort(), await findFreePort()];
  const root = join(folder.path, "pulseboard");
  mkdirSync(root);
  copyFileSync(built.file, join(root, basename(built.file)));
  copyFileSync(`${built.file}.sha256`, join(root, `${basename(built.file)}.sha256`));
  // The user's home is the folder of the installation.
  const env = { PATH: process.env.PATH ?? "", HOME: root, PM2_DISABLE_VERSION_CHECK: "1" };
  const shell = (lines: string): Promise<Ended> =>
    new Promise((resolve) => {
      execFile("sh", ["-e", "-c", lines], { cwd: root, env, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: `${stdout}${stderr}` });
      });
    });
  const stage: FirstDayStage = {
    root,
    url: `http://127.0.0.1:${port}`,
    metricsUrls: [`http://127.0.0.1:${adminPort}/metrics`, `http://127.0.0.1:${adminPort + 1}/metrics`],
    version: built.version,
    redis,
    memcached,
    simulator,
    token: "t".repeat(32),
    shell,
    setUpRedis: async () => {
      const [settings = ""] = documentedBlocks("### A fresh machine").filter((block) => block.includes("maxmemory"));
      const lines = settings.trim().split("\n");
      // Where it listens is the test's affair; the password comes last, as it is asked for from then on.
      const isSet = (line: string) => !/^(?:bind|requirepass) /.test(line);
      for (const line of [...lines.filter(isSet), `requirepass ${PASSWORD}`]) {
        await redis.say(`CONFIG SET ${line}`);
      }
    },
    anotherRelease: (version, change) => repack(folder.path, root, { from: built.version, version, change }),
    stop: async () => {
      await shell("pm2/node_modules/pm2/bin/pm2 kill");
      await Promise.all([simulator.stop(), redis.stop(), memcached.stop()]);
      await folder.remove();
    },
  };
  await stage.setUpRedis();
  return stage;
}

/** The commands of the guide's section "The release", for this stage: those before `.env` is written, it, and those after. */
export function documentedInstallation(stage: FirstDayStage): {
  readonly unpack: string;
  readonly settings: string;
  readonly install: string;
} {
  const [unpack = "", settings = "", install = ""] = documentedBlocks("### The release");
  const { version, root, redis, memcached, url, simulator, token } = stage;
  const named = (text: string) => text.replaceAll("0.1.0", version).replaceAll("/srv/pulseboard", root);
  const ports = [
    ["127.0.0.1:6379", `127.0.0.1:${redis.port}`],
    ["127.0.0.1:11211", memcached.address],
  ] as const;
  const own = {
    ...simulated(simulator.url, "./data"),
    PORT: new URL(url).port,
    ADMIN_PORT: new URL(stage.metricsUrls[0] ?? "").port,
    ADMIN_TOKEN: token,
    SYMBOL_COUNT: "10",
    RATE_LIMIT_PER_MINUTE: "0",
    REFRESH_CRON: "*/5 * * * * *",
  };
  return {
    unpack: replaceOnce(named(unpack), [
      // What a registry would bring.
      ["npm install --prefix pm2 pm2@7", `mkdir pm2 && ln -s "${join(ROOT, "node_modules")}" pm2/node_modules`],
    ]),
    settings: `${replaceOnce(settings, ports)}${Object.entries(own)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("")}`,
    install: replaceOnce(named(install), [["localhost:8002", new URL(url).host]]),
  };
}

function repack(
  work: string,
  root: string,
  { from, version, change }: { from: string; version: string; change: ((folder: string) => void) | undefined },
): string {
  const base = join(work, "base");
  mkdirSync(base, { recursive: true });
  execFileSync("tar", ["-xzf", join(root, `pulseboard-${from}.tgz`), "-C", base]);
  const top = join(work, `made-${version}`, `pulseboard-${version}`);
  cpSync(join(base, `pulseboard-${from}`), top, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as Readonly<Record<string, unknown>>;
  writeFileSync(join(top, "package.json"), JSON.stringify({ ...manifest, version }));
  change?.(top);
  const file = join(root, `pulseboard-${version}.tgz`);
  execFileSync("tar", ["-czf", file, "-C", join(top, ".."), basename(top)]);
  const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
  writeFileSync(`${file}.sha256`, `${sha256}  ${basename(file)}\n`);
  return file;
}
