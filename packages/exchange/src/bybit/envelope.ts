import { isRecord } from "@pulseboard/runtime";
import { badBody } from "../errors/exchange-error.ts";

/** The wrapper of every good answer. */
export interface Envelope {
  readonly result: Readonly<Record<string, unknown>>;
  /** The exchange's own time of the answer, Unix ms. */
  readonly timeMs: number;
  /** Market ms per ms; 1 at the exchange, 0 at a simulator whose market stands still. */
  readonly marketSpeed: number;
}

/** The envelope, or a few words on why the body is none. An answer with a retCode other than 0 is an error, not an envelope. */
export function readEnvelope(body: unknown, marketSpeed = 1): Envelope | string {
  if (!isRecord(body)) {
    return "not a JSON object";
  }
  if (body.retCode !== 0) {
    return `retCode ${JSON.stringify(body.retCode) ?? "missing"}`;
  }
  if (!isRecord(body.result)) {
    return "result is missing";
  }
  const timeMs = body.time;
  if (typeof timeMs !== "number" || !Number.isSafeInteger(timeMs) || timeMs <= 0) {
    return "time is missing";
  }
  return { result: body.result, timeMs, marketSpeed };
}

/** `result.list`. Throws an ExchangeError when it is missing: an answer without its list is not an empty list. */
export function readList(endpoint: string, envelope: Envelope): readonly unknown[] {
  const list = envelope.result.list;
  if (!Array.isArray(list)) {
    throw badBody(endpoint, "result.list is missing");
  }
  return list;
}
