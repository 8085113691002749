import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "../http/send.ts";

/** What a fault has to work with. */
export interface FaultTarget {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The answer that the client would have had. */
  readonly answer: () => Reply;
  /** Market time, for the envelopes of errors. */
  readonly timeMs: number;
}

export interface Fault {
  /** One line for the catalogue. */
  readonly description: string;
  /** Makes no sense for the reference-data APIs: it is the exchange's own kind of failure. */
  readonly exchangeOnly?: true;
  /** A reply to send in place of the answer, or undefined when the fault has done (or withheld) all there is to do. */
  readonly apply: (target: FaultTarget) => Reply | undefined;
}
