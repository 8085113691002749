import { OPERATOR_EXIT, type OperatorExitCode } from "../operator/checks.ts";

/** A deploy or a rollback cannot go on; the message says why, and what to do. */
export class DeployError extends Error {
  readonly exitCode: OperatorExitCode;

  constructor(message: string, exitCode: OperatorExitCode = OPERATOR_EXIT.notWell) {
    super(message);
    this.exitCode = exitCode;
  }
}
