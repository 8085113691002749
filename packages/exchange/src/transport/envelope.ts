/** What every good answer of the exchange is wrapped in. */
export interface Envelope {
  readonly result: Readonly<Record<string, unknown>>;
  /** The exchange's own time of the answer, Unix ms. */
  readonly timeMs: number;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The envelope, or a few words on why it is none. A refusal (retCode other than 0) is not an envelope. */
export function readEnvelope(body: unknown): Envelope | string {
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
  return { result: body.result, timeMs };
}
