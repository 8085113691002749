import { rmSync } from "node:fs";
import { systemClock } from "@pulseboard/runtime";
import { startCandidate } from "./candidate.ts";
import { type Layout, linkCurrent, type Release } from "./layout.ts";
import type { AppName, Pm2 } from "./pm2.ts";
import type { Report } from "./report.ts";
import type { RunOptions } from "./run.ts";
import { servedMarket } from "./served.ts";
import type { Settings } from "./settings.ts";
import { validateServer } from "./validation.ts";

export interface GoBackOptions {
  readonly layout: Layout;
  /** The release that ran before; null where none did. */
  readonly old: Release | null;
  /** The failed release may have stored documents that the old one cannot read. */
  readonly wroteNewerSchema: boolean;
  /** Phones may be answered by the failed release. */
  readonly isServerReplaced: boolean;
  /** Null when the configuration was not read yet, and nothing can be asked. */
  readonly settings: Settings | null;
  readonly pm2: Pm2;
  readonly report: Report;
  /** Its signal is not aborted any more. */
  readonly tools: Pick<RunOptions, "env" | "signal" | "log">;
}

/** How long the old worker may need to publish what the old server can read. */
const READABLE_MS = 180_000;
const POLL_MS = 100;

/** Links back to the old release, and restarts what does not run from it. */
export async function goBack(options: GoBackOptions): Promise<void> {
  const { layout, old, wroteNewerSchema, isServerReplaced, settings, pm2, report, tools } = options;
  if (old === null) {
    await pm2.remove();
    rmSync(layout.current, { force: true });
    report.say("  nothing ran before, and nothing runs now");
    return;
  }
  linkCurrent(layout, old.name);
  const restart = async (name: AppName): Promise<void> => {
    // Asking takes half a second, in which phones may get bad answers.
    const isKnown = name === "pulseboard-server" && isServerReplaced;
    if (!isKnown && (await pm2.runs(name, old))) {
      return;
    }
    await pm2.reload(name);
    try {
      await pm2.requireRunning(name, old);
    } catch {
      // A process that has not come up is in the way of its next reload.
      await pm2.replace(name);
      await pm2.requireRunning(name, old);
    }
  };
  if (wroteNewerSchema) {
    // The new server reads what the old worker writes; the old server could not read what is stored now.
    const served = settings === null ? null : (await servedMarket(settings.url)).sequence;
    await restart("pulseboard-worker");
    await untilReadable(old, served ?? 0, tools);
    await restart("pulseboard-server");
  } else {
    // Phones first.
    await restart("pulseboard-server");
    await restart("pulseboard-worker");
  }
  report.say(`  ${old.name} runs again`);
  if (settings !== null) {
    const { isValid, problems } = await validateServer({ ...tools, ...settings, build: old.build });
    report.say(isValid ? "  and is valid" : `  and is not valid: ${[...problems.values()].join("; ")}`);
  }
}

/** Waits until a server of the old release finds a snapshot that is newer than what phones have seen. */
async function untilReadable(old: Release, seen: number, tools: GoBackOptions["tools"]): Promise<void> {
  const server = await startCandidate(old, tools);
  const giveUpMs = systemClock.monotonicMs() + READABLE_MS;
  while (((await server.sequence()) ?? 0) <= seen && systemClock.monotonicMs() < giveUpMs) {
    await systemClock.sleep(POLL_MS);
  }
  await server.close();
}
