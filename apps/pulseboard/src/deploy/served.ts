import { connect } from "node:net";
import { isRecord, systemClock } from "@pulseboard/runtime";
import { type Answer, createHttpClient, type NoAnswer } from "../operator/http-client.ts";

const ANSWER_MS = 10_000;
const ATTEMPTS = 3;

/** What phones get now. */
export interface ServedMarket {
  readonly isServed: boolean;
  readonly schemaVersion: number | null;
  readonly sequence: number | null;
  /** Of the worker's schedule. */
  readonly periodMs: number | null;
}

const NOTHING: ServedMarket = { isServed: false, schemaVersion: null, sequence: null, periodMs: null };

/**
 * Asks the server at this address. Of one that does not answer, or has nothing, nothing is known; on a busy machine it is asked
 * again.
 */
export async function servedMarket(url: string): Promise<ServedMarket> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const answer = await ask(`${url}/api/dashboard/mobile-data`, ANSWER_MS);
    if (answer.status === null && answer.reason.includes("ECONNREFUSED")) {
      return NOTHING;
    }
    if (answer.status !== null && isRecord(answer.body)) {
      const { schema_version: version, sequence, period_ms: period } = answer.body;
      const schemaVersion = numberOrNull(version);
      return {
        isServed: answer.status === 200 && schemaVersion !== null,
        schemaVersion,
        sequence: numberOrNull(sequence),
        periodMs: numberOrNull(period),
      };
    }
  }
  return NOTHING;
}

/** What the server itself says is wrong, such as "refresh_failing:unexpected" of its worker: the cause of what phones miss. */
export async function degradedReasons(url: string): Promise<readonly string[]> {
  const answer = await ask(`${url}/readyz`, ANSWER_MS);
  const degraded = answer.status !== null && isRecord(answer.body) ? answer.body.degraded : null;
  // One that says nothing: what phones miss has been said already.
  return Array.isArray(degraded) ? degraded.filter((reason) => typeof reason === "string") : [];
}

/** GET, given up after `withinMs`; a body that has no end is no answer. */
export function ask(url: string, withinMs: number): Promise<Answer | NoAnswer> {
  const { origin, pathname } = new URL(url);
  const client = createHttpClient({
    address: { base: origin, headers: {} },
    clock: systemClock,
    giveUpAfterMs: withinMs,
  });
  return client.ask(pathname);
}

/** Tells whether anybody listens there. */
export function isTaken(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) });
    socket.setTimeout(ANSWER_MS);
    const end = (taken: boolean) => () => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
