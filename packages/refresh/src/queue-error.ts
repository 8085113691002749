import { PulseboardError } from "@pulseboard/runtime";

/** The refresh queue cannot do what it was asked. */
export class QueueError extends PulseboardError {}
