import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@pulseboard/runtime";
import { OPERATOR_EXIT } from "../operator/checks.ts";
import { DeployError } from "./deploy-error.ts";
import type { Layout, Release } from "./layout.ts";
import { type RunOptions, run } from "./run.ts";

export const APPS = ["pulseboard-worker", "pulseboard-server"] as const;
export type AppName = (typeof APPS)[number];

/** A process as `pm2 jlist` describes it. */
interface Pm2App {
  readonly name: string;
  readonly pid: number;
  readonly pm2_env: { readonly status: string; readonly pm_cwd: string; readonly pm_exec_path: string };
}

/** PM2, as it runs the worker and the server of this layout. */
export interface Pm2 {
  /** @throws DeployError when these names belong to processes that do not run through the link `current` */
  requireOurs(): Promise<void>;
  /** Tells whether it runs the server, of whichever release. */
  servesPhones(): Promise<boolean>;
  /** Where its daemon has its files. */
  readonly home: string;
  /** Tells whether a process runs from this release. */
  runs(name: AppName, release: Release): Promise<boolean>;
  /** Restarts a process from where `current` leads to; whether it comes up is for `requireRunning` to say. */
  reload(name: AppName): Promise<void>;
  /** The same for one whose reload has failed, without regard for its requests. */
  replace(name: AppName): Promise<void>;
  /** @throws DeployError when a process does not come up from this release */
  requireRunning(name: AppName, release: Release): Promise<void>;
  /** Ends both and forgets them. */
  remove(): Promise<void>;
  /** Keeps the list for the next boot. */
  save(): Promise<void>;
}

/** PM2 gives up on a start after 20 s, and on an end after 11. */
const COMMAND_MS = 90_000;
/** How long a process may need to be online after PM2's command has ended. */
const ONLINE_MS = 10_000;
const POLL_MS = 100;

export function createPm2(layout: Layout, options: Omit<RunOptions, "signal" | "timeoutMs" | "cwd">): Pm2 {
  const config = join(layout.current, "ecosystem.config.js");
  const pm2 = (...args: readonly string[]) =>
    run(process.execPath, [layout.pm2, ...args], {
      ...options,
      cwd: layout.root,
      // Not ended by Ctrl-C: the daemon would go on with what it was told, and refuse the way back meanwhile.
      signal: new AbortController().signal,
      timeoutMs: COMMAND_MS,
      // The list has each process's whole environment, with whatever the operator's shell holds.
      ...(args[0] === "jlist" ? { log: () => undefined } : {}),
    });
  const list = async (): Promise<readonly Pm2App[]> => {
    const { stdout } = await pm2("jlist");
    // PM2 may say something before its JSON, for example that it has started its daemon.
    const start = stdout.search(/\[\{|\[\]/);
    if (start === -1) {
      throw new DeployError("pm2 jlist does not answer with a list: see the log", OPERATOR_EXIT.notSeen);
    }
    return (JSON.parse(stdout.slice(start)) as readonly Pm2App[]).filter((app) =>
      APPS.some((name) => name === app.name),
    );
  };
  const problemWith = async (name: AppName, release: Release): Promise<string | null> => {
    const [app, ...others] = (await list()).filter((each) => each.name === name);
    if (app === undefined || others.length > 0) {
      return app === undefined ? "PM2 does not have it" : "PM2 has it twice";
    }
    return problemOf(app, release);
  };
  const requireRunning = async (name: AppName, release: Release): Promise<void> => {
    const giveUpMs = systemClock.monotonicMs() + ONLINE_MS;
    for (;;) {
      const problem = await problemWith(name, release);
      if (problem === null) {
        return;
      }
      if (systemClock.monotonicMs() > giveUpMs) {
        throw new DeployError(`${name} does not run from ${release.name}: ${problem}`);
      }
      await systemClock.sleep(POLL_MS);
    }
  };
  const home = options.env.PM2_HOME ?? join(options.env.HOME ?? homedir(), ".pm2");
  /** Asking would start its daemon. */
  const hasDaemon = (): boolean => existsSync(join(home, "rpc.sock"));
  return {
    home,
    servesPhones: async () =>
      hasDaemon() &&
      (await list()).some(
        // On its way up or down, as a deploy that was cut off leaves it, it still has the port.
        ({ name, pm2_env }) => name === "pulseboard-server" && !["stopped", "errored"].includes(pm2_env.status),
      ),
    runs: async (name, release) => (await problemWith(name, release)) === null,
    requireOurs: async () => {
      if (!hasDaemon()) {
        return;
      }
      const foreign = (await list()).find(({ pm2_env }) => pm2_env.pm_cwd !== layout.current);
      if (foreign !== undefined) {
        throw new DeployError(
          `PM2 runs ${foreign.name} from ${foreign.pm2_env.pm_cwd}: give this installation a user or a PM2_HOME of its own, or end that one by "pm2 delete ${APPS.join(" ")}" and deploy again`,
        );
      }
    },
    reload: async (name) => {
      await pm2("startOrReload", config, "--only", name, "--update-env");
    },
    replace: async (name) => {
      await pm2("delete", name);
      await pm2("start", config, "--only", name);
    },
    requireRunning,
    remove: async () => {
      for (const name of APPS) {
        await pm2("delete", name);
      }
    },
    save: async () => {
      const { code, output } = await pm2("save", "--force");
      if (code !== 0) {
        throw new DeployError(`pm2 save has not kept the list for the next boot: ${output.trim().split("\n").at(-1)}`);
      }
    },
  };
}

/** The process's own folder says which release it runs: PM2 keeps only the link. */
function problemOf({ pid, pm2_env: { status } }: Pm2App, release: Release): string | null {
  if (status !== "online") {
    return `its status is ${status}`;
  }
  let folder: string;
  try {
    folder = realpathSync(`/proc/${pid}/cwd`);
  } catch {
    return "its process has ended";
  }
  return folder === realpathSync(release.folder) ? null : `it runs in ${folder}`;
}
