import type { Alert, ConfluenceAnalysis, SymbolHistory } from "@pulseboard/snapshot";
import { isContractName } from "@pulseboard/snapshot/contract-name";
import { type Days, isDays, onlyPrices } from "./days.ts";
import type { DeviceStore } from "./device-store.ts";
import { type FetchResult, failureSentence, fetchJson } from "./fetch-json.ts";
import type { PageClock } from "./page-clock.ts";
import { isAlerts, isAnalysis, isErrorBody, isHistory } from "./response-guards.ts";

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
  readonly days: () => Promise<Loaded<Days>>;
  readonly history: (symbol: string) => Promise<Loaded<SymbolHistory>>;
}

/** A body's route, and how it is recognised and kept. */
interface Route<T> {
  /** Of the copy on the device. */
  readonly name: string;
  readonly path: string;
  readonly isValid: (body: unknown) => body is T;
  /** Why there is none when the server answers 404. */
  readonly absent: string;
  /** What the page needs of a valid body. */
  readonly reduced?: (body: T) => T;
}

/**
 * Loads each body from the server, or from its copy on the device when the server cannot be reached. Sends one request
 * at a time for each body.
 */
export function createDocuments({ fetch, clock, store, market }: DocumentsOptions): Documents {
  const underWay = new Map<string, Promise<Loaded<unknown>>>();

  const load = <T>(route: Route<T>): Promise<Loaded<T>> => {
    const { name, path } = route;
    const known = underWay.get(name) as Promise<Loaded<T>> | undefined;
    if (known !== undefined) {
      return known;
    }
    const loading = fetchJson(path, { fetch, clock })
      .then((result) => settle(route, result))
      .finally(() => underWay.delete(name));
    underWay.set(name, loading);
    return loading;
  };

  const settle = <T>({ name, isValid, absent, reduced }: Route<T>, result: FetchResult): Loaded<T> => {
    const origin = market();
    if (result.kind === "body" && isValid(result.body)) {
      const value = reduced === undefined ? result.body : reduced(result.body);
      if (origin !== null) {
        store.writeBody(name, { origin, body: value });
      }
      return { ok: true, value, fromDevice: false };
    }
    if (result.kind === "body" && isErrorBody(result.body)) {
      const { error, message } = result.body;
      return { ok: false, reason: error === "history_warming" ? WARMING : message };
    }
    if (result.kind === "failed" && result.failure.kind === "status" && result.failure.status === 404) {
      store.deleteBody(name);
      return { ok: false, reason: absent };
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
      return load({
        name: `analysis:${symbol}`,
        path: `/api/dashboard/confluence-analysis/${encodeURIComponent(symbol)}`,
        isValid: isAnalysis,
        absent: NOT_SCORED,
      });
    },
    alerts: () => load({ name: "alerts", path: "/api/dashboard/alerts", isValid: isAlerts, absent: OLDER_SERVER }),
    days: () => load({ name: "days", path: "/api/days", isValid: isDays, absent: OLDER_SERVER, reduced: onlyPrices }),
    history: (symbol) =>
      load({
        name: `history:${symbol}`,
        path: `/api/history/${encodeURIComponent(symbol)}`,
        isValid: isHistory,
        absent: OLDER_SERVER,
      }),
  };
}

const NOT_SCORED = "This symbol is not scored.";
const OLDER_SERVER = "The server is older than this page, and does not have it.";
/** Its own words are for programs: the page asks again by itself. */
const WARMING = "The history is still being read.";
