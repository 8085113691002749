import type { Alert, ConfluenceAnalysis } from "@pulseboard/snapshot";
import { isContractName } from "@pulseboard/snapshot/contract-name";
import type { DeviceStore } from "./device-store.ts";
import { type FetchResult, failureSentence, fetchJson } from "./fetch-json.ts";
import type { PageClock } from "./page-clock.ts";
import { isAlerts, isAnalysis, isErrorBody } from "./response-guards.ts";

/** A loaded body, or a sentence that says why there is none. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T; readonly fromDevice: boolean }
  | { readonly ok: false; readonly reason: string };

export interface DocumentsOptions {
  readonly fetch: typeof fetch;
  readonly clock: PageClock;
  readonly store: DeviceStore;
  /**
   * Origin of the snapshot on the screen, because a copy of another market does not count; null while none is shown.
   */
  readonly market: () => string | null;
}

/** Bodies that only some views need, requested by those views. */
export interface Documents {
  readonly analysis: (symbol: string) => Promise<Loaded<ConfluenceAnalysis>>;
  readonly alerts: () => Promise<Loaded<readonly Alert[]>>;
}

/**
 * Loads each body from the server, or from its copy on the device when the server cannot be reached. Sends one request
 * at a time for each body.
 */
export function createDocuments({ fetch, clock, store, market }: DocumentsOptions): Documents {
  const underWay = new Map<string, Promise<Loaded<unknown>>>();

  const load = <T>(name: string, path: string, isValid: (body: unknown) => body is T): Promise<Loaded<T>> => {
    const known = underWay.get(name) as Promise<Loaded<T>> | undefined;
    if (known !== undefined) {
      return known;
    }
    const loading = fetchJson(path, { fetch, clock })
      .then((result) => settle(name, result, isValid))
      .finally(() => underWay.delete(name));
    underWay.set(name, loading);
    return loading;
  };

  const settle = <T>(name: string, result: FetchResult, isValid: (body: unknown) => body is T): Loaded<T> => {
    const origin = market();
    if (result.kind === "body" && isValid(result.body)) {
      if (origin !== null) {
        store.writeBody(name, { origin, body: result.body });
      }
      return { ok: true, value: result.body, fromDevice: false };
    }
    if (result.kind === "body" && isErrorBody(result.body)) {
      return { ok: false, reason: result.body.message };
    }
    if (result.kind === "failed" && result.failure.kind === "status" && result.failure.status === 404) {
      store.deleteBody(name);
      return { ok: false, reason: NOT_SCORED };
    }
    const stored = store.readBody(name);
    if (stored !== null && stored.origin === origin && isValid(stored.body)) {
      return { ok: true, value: stored.body, fromDevice: true };
    }
    return { ok: false, reason: failureSentence(result.kind === "failed" ? result.failure : { kind: "not-ours" }) };
  };

  return {
    analysis: (symbol) => {
      // The server need not be asked for anything else.
      if (!isContractName(symbol)) {
        return Promise.resolve({ ok: false, reason: NOT_SCORED });
      }
      return load(`analysis:${symbol}`, `/api/dashboard/confluence-analysis/${encodeURIComponent(symbol)}`, isAnalysis);
    },
    alerts: () => load("alerts", "/api/dashboard/alerts", isAlerts),
  };
}

const NOT_SCORED = "This symbol is not scored.";
