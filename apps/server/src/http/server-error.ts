import { PulseboardError } from "@pulseboard/runtime";

/** The server could not be started. */
export class ServerError extends PulseboardError {}
