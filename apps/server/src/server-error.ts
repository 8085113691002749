import { PulseboardError } from "@pulseboard/runtime";

/** The server cannot be started. */
export class ServerError extends PulseboardError {}
