/** "unknown": it could not be looked at, because something else is wrong. */
export type Verdict = "ok" | "warning" | "failed" | "unknown";

/** What an operator's command has looked at, and what it has seen. */
export interface Check {
  readonly name: string;
  readonly verdict: Verdict;
  readonly seen: string;
  readonly expected?: string;
  /** What to do about it, in one sentence. */
  readonly cure?: string;
}

export interface CheckSection {
  readonly title: string;
  readonly checks: readonly Check[];
}

/** The exit codes of every command that looks at an installation or changes one. */
export const OPERATOR_EXIT = { well: 0, notWell: 1, misused: 2, notSeen: 3 } as const;

export type OperatorExitCode = (typeof OPERATOR_EXIT)[keyof typeof OPERATOR_EXIT];

/** 1 when a check failed, else 3 when something could not be looked at, else 0: a warning ends nothing. */
export function exitCodeOf(sections: readonly CheckSection[]): OperatorExitCode {
  const verdicts = new Set(sections.flatMap(({ checks }) => checks.map(({ verdict }) => verdict)));
  if (verdicts.has("failed")) {
    return OPERATOR_EXIT.notWell;
  }
  return verdicts.has("unknown") ? OPERATOR_EXIT.notSeen : OPERATOR_EXIT.well;
}
