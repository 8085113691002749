import { systemClock } from "@pulseboard/runtime";
import { DeployError } from "./deploy-error.ts";
import type { Release } from "./layout.ts";
import type { RunOptions } from "./run.ts";
import { degradedReasons } from "./served.ts";
import type { Settings } from "./settings.ts";
import { type Validation, validateServer } from "./validation.ts";

const POLL_MS = 100;

/** Says whether servers of a release are good enough to run. */
export interface Judge {
  /**
   * Validates a server until all is well: just after a restart, what takes longer may be missing or stale, such as the scores.
   *
   * @returns the verdict in words
   * @throws DeployError when something is wrong after `withinMs` that was not wrong with the running server too
   */
  requireValid(url: string, settings: Settings, withinMs: number): Promise<string>;
  /** Validates a server once, before the switch: what is also wrong with the running one is no reason to keep that one. */
  requireNoWorse(url: string, settings: Settings): Promise<string>;
}

/** Judges by `pulseboard validate`, until the signal of `tools` is aborted. */
export function createJudge(release: Release, tools: Pick<RunOptions, "env" | "signal" | "log">): Judge {
  const { signal } = tools;
  /** What is wrong with the running server. */
  let known: ReadonlyMap<string, string> = new Map();

  const validate = async (
    url: string,
    { origin, validationMs }: Settings,
    build: string | null,
  ): Promise<Validation> => {
    const found = await validateServer({ ...tools, url, origin, build, validationMs });
    signal.throwIfAborted();
    return found;
  };
  const verdictOn = ({ isValid, problems }: Validation): string | null => {
    if (isValid) {
      return "valid";
    }
    const isKnown = problems.size > 0 && [...problems.keys()].every((name) => known.has(name));
    return isKnown ? `no worse than the one before (${[...problems.values()].join("; ")})` : null;
  };
  const requireValid = async (url: string, settings: Settings, withinMs: number): Promise<string> => {
    const giveUpMs = systemClock.monotonicMs() + withinMs;
    for (;;) {
      const found = await validate(url, settings, release.build);
      const verdict = verdictOn(found);
      if (verdict !== null) {
        return verdict;
      }
      if (systemClock.monotonicMs() >= giveUpMs) {
        const worse = [...found.problems].filter(([name]) => !known.has(name)).map(([, sentence]) => sentence);
        const reasons = await degradedReasons(url);
        const says = reasons.length === 0 ? "" : ` (/readyz says ${reasons.join(", ")})`;
        throw new DeployError(`${worse.join("; ") || "it is not valid"}${says}`);
      }
      await systemClock.sleep(POLL_MS);
    }
  };
  return {
    requireValid,
    requireNoWorse: async (url, settings) => {
      try {
        return await requireValid(url, settings, 0);
      } catch {
        signal.throwIfAborted();
        known = (await validate(settings.url, settings, null)).problems;
        // A second look also where the running one is well: a market that was late for a moment is no fault of a server's.
        return requireValid(url, settings, 0);
      }
    },
  };
}
