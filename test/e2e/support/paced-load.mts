import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

export interface LoadOptions {
  readonly perSecond: number;
  /** How many in all, unless `signal` ends it before. */
  readonly requests: number;
  readonly signal?: AbortSignal;
  /** The options of the request with this number, counted from 0. */
  readonly headers: (index: number) => Readonly<Record<string, string>>;
  /** Called with each answer that was read to its end. */
  readonly onAnswer: (index: number, answer: IncomingMessage) => void;
}

export interface LoadResult {
  /** Requests sent, answered or not. */
  readonly sent: number;
  /** Answers that were read to their end. */
  readonly answered: number;
  /** Why the others were not, each kind once. */
  readonly failures: ReadonlySet<string>;
  readonly tookS: number;
}

const CONNECTIONS = 50;
/** An answer that takes longer has failed. */
const ANSWER_MS = 60_000;

/**
 * Sends requests evenly over kept connections, whether or not the answers keep up with them, and waits for all answers. A request
 * that fails is not sent again.
 */
export async function pacedLoad(url: string, options: LoadOptions): Promise<LoadResult> {
  const { perSecond, requests, signal, headers, onAnswer } = options;
  // By turns, so that the server does not close one for being idle just when it is used again.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: "fifo" });
  const failures = new Set<string>();
  let answered = 0;
  let ended = 0;

  const ask = (index: number): void => {
    let hasBegun = false;
    const request = get(url, { agent, headers: headers(index), timeout: ANSWER_MS }, (response) => {
      hasBegun = true;
      response.resume().once("close", () => {
        ended += 1;
        if (response.complete) {
          answered += 1;
          onAnswer(index, response);
        } else {
          failures.add("cut off in the middle of an answer");
        }
      });
    });
    request.once("timeout", () => request.destroy(new Error(`no answer for ${ANSWER_MS} ms`)));
    request.on("error", (error) => {
      // Then it is the answer that ends.
      if (hasBegun) {
        return;
      }
      ended += 1;
      failures.add(error.message);
    });
  };

  const startedMs = performance.now();
  const elapsedS = () => (performance.now() - startedMs) / 1000;
  let sent = 0;
  while (sent < requests && signal?.aborted !== true) {
    const due = Math.min(requests, Math.ceil(elapsedS() * perSecond));
    for (; sent < due; sent++) {
      ask(sent);
    }
    await delay(4);
  }
  while (ended < sent) {
    await delay(20);
  }
  agent.destroy();
  return { sent, answered, failures, tookS: elapsedS() };
}
