import type { Clock } from "@pulseboard/runtime";
import { ReferenceDataError } from "../errors/reference-error.ts";
import type { WithProvenance } from "../gateway/reference-gateway.ts";
import { fetchJson } from "./fetch-json.ts";
import type { ReferenceSource } from "./sources.ts";

export interface AskSourceOptions {
  /** One address that stands in for all services; null for the service itself. */
  readonly baseUrl: string | null;
  readonly clock: Clock;
  /** Until the whole answer has arrived. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks a service once.
 *
 * @throws ReferenceDataError, or the signal's reason when it is aborted
 */
export async function askSource<T>(
  { name, origin, path, schema }: ReferenceSource<T>,
  { baseUrl, clock, timeoutMs, signal }: AskSourceOptions,
): Promise<WithProvenance<T>> {
  const url = baseUrl === null ? new URL(path, origin) : new URL(baseUrl.replace(/\/+$/, "") + path);
  const body = schema.safeParse(await fetchJson(url, { clock, timeoutMs, signal }));
  if (!body.success) {
    const issue = body.error.issues[0];
    const reason = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unusable"}`;
    throw new ReferenceDataError("reference_bad_body", path, `${url.host}${path}: unusable body (${reason}).`);
  }
  return { value: body.data.value, source: name, asOfMs: body.data.asOfMs ?? clock.nowMs() };
}
