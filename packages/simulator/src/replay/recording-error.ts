import { PulseboardError } from "@pulseboard/runtime";

/** A recording that cannot be used, or a time outside of it. */
export class RecordingError extends PulseboardError {
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { code: "recording_unusable", retryable: false, hint, cause });
  }
}
