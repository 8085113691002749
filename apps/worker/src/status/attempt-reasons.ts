import type { CollectionProblem, ExchangePause } from "@pulseboard/exchange";
import { type Logger, PulseboardError, type ReadinessReason } from "@pulseboard/runtime";
import type { WorkerReasons } from "./worker-reasons.ts";

/** Turns the outcomes of attempts and the pauses of the exchange into reasons. */
export interface AttemptReasons {
  succeeded(): void;
  failed(error: unknown): void;
  /** To be called with everything that an attempt went on without. */
  foundProblems(problems: readonly CollectionProblem[]): void;
  /** To be called with all pauses of the moment when one begins, grows or ends. The gateway logs them. */
  paused(pauses: readonly ExchangePause[]): void;
}

/**
 * Each failed attempt, and each kind of problem, has a line in the log where it is met; here is only the one that says that all is
 * well again.
 */
export function createAttemptReasons(reasons: WorkerReasons, log: Logger): AttemptReasons {
  const held = (prefix: string): readonly ReadinessReason[] =>
    reasons.list().flatMap(({ code }) => (code.startsWith(prefix) ? [code] : []));

  const end = (codes: readonly ReadinessReason[], message: string): void => {
    const over = codes.filter(reasons.over);
    if (over.length > 0) {
      log.info({ over }, message);
    }
  };

  return {
    succeeded: () => {
      end([...held("refresh_failing:"), "exchange_frozen"], "Refreshes succeed again");
      reasons.forgetEarlier();
    },
    failed: (error) => {
      const code = codeOf(error);
      // It was called off because this process ends, and fails at nothing.
      if (code === "queue_closed") {
        return;
      }
      const failing: ReadinessReason = `refresh_failing:${code}`;
      for (const other of held("refresh_failing:")) {
        if (other !== failing) {
          reasons.over(other);
        }
      }
      reasons.holds(failing);
      reasons[code === "exchange_frozen" ? "holds" : "over"]("exchange_frozen");
      if (code === "exchange_lagging") {
        reasons.holds("exchange_lagging");
      }
    },
    foundProblems: (problems) => {
      if (problems.some(({ code }) => code === "exchange_lagging")) {
        reasons.holds("exchange_lagging");
      } else {
        end(["exchange_lagging"], "The exchange no longer lags behind");
      }
    },
    paused: (pauses) => {
      const untilByReason = new Map<ReadinessReason, number>();
      for (const { code, untilMs } of pauses) {
        const reason: ReadinessReason = `exchange_paused:${code}`;
        untilByReason.set(reason, Math.max(untilMs, untilByReason.get(reason) ?? 0));
      }
      for (const reason of held("exchange_paused:")) {
        if (!untilByReason.has(reason)) {
          reasons.over(reason);
        }
      }
      for (const [reason, untilMs] of untilByReason) {
        reasons.holds(reason, untilMs);
      }
    },
  };
}

/** The code of whatever was thrown. */
export function codeOf(error: unknown): string {
  return error instanceof PulseboardError ? error.code : "unexpected";
}
