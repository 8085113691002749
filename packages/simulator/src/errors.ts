import { PulseboardError } from "@pulseboard/runtime";

/** The simulator cannot start: a recording or a port that cannot be used. */
export class SimulatorSetupError extends PulseboardError {
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { code: "simulator_setup", retryable: false, hint, cause });
  }
}
