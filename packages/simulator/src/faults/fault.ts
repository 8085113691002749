import type { IncomingMessage, ServerResponse } from "node:http";
import type { Reply } from "../http/send.ts";

/** Both in market time, Unix ms. */
export interface AnswerMoment {
  /** All figures are those of this moment. */
  readonly stateMs: number;
  /** The `time` of the answer. */
  readonly timeMs: number;
}

/** The request that a fault is applied to. */
export interface FaultTarget {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The answer without the fault. */
  readonly answer: () => Reply;
  /** The answer with the figures of one market time under the date of another, or the same. */
  readonly answerOf: (moment: AnswerMoment) => Reply;
  /** Market time, also for the envelopes of errors. */
  readonly timeMs: number;
  /** Market time at which the fault was switched on. */
  readonly sinceMs: number;
}

export interface Fault {
  /** One line for the catalogue. */
  readonly description: string;
  /** A failure of the exchange's own kind, which cannot happen at the reference-data APIs. */
  readonly exchangeOnly?: true;
  /** It is over with the first answer that meets it. */
  readonly once?: true;
  /** A reply to send in place of the answer, or undefined when the fault has done (or withheld) all there is to do. */
  readonly apply: (target: FaultTarget) => Reply | undefined;
}
