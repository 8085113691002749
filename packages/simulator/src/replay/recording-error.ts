import { PulseboardError } from "@pulseboard/runtime";

/** An unusable recording, or a time outside of it. */
export class RecordingError extends PulseboardError {
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { code: "recording_unusable", retryable: false, hint, cause });
  }
}
