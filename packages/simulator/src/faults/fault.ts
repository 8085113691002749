import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "../http/send.ts";

/** The request that a fault is applied to. */
export interface FaultTarget {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The answer without the fault. */
  readonly answer: () => Reply;
  /** Market time, for the envelopes of errors. */
  readonly timeMs: number;
}

export interface Fault {
  /** One line for the catalogue. */
  readonly description: string;
  /** A failure of the exchange's own kind, which cannot happen at the reference-data APIs. */
  readonly exchangeOnly?: true;
  /** A reply to send in place of the answer, or undefined when the fault has done (or withheld) all there is to do. */
  readonly apply: (target: FaultTarget) => Reply | undefined;
}
