import type { Alert, ConfluenceAnalysis } from "@pulseboard/snapshot";
import type { Loaded } from "../page-state.ts";
import { type Answer, ask, failureSentence } from "./answer.ts";
import { isAlerts, isAnalysis, isErrorBody } from "./body-shapes.ts";
import type { DeviceStore } from "./device-store.ts";
import type { PageClock } from "./page-clock.ts";

export interface DocumentsOptions {
  readonly fetch: typeof fetch;
  readonly clock: PageClock;
  readonly store: DeviceStore;
  /** Of the snapshot that is shown: a copy of another market is none. null while nothing is. */
  readonly market: () => string | null;
}

/** The bodies that only some views need, each asked for by its view. */
export interface Documents {
  readonly analysis: (symbol: string) => Promise<Loaded<ConfluenceAnalysis>>;
  readonly alerts: () => Promise<Loaded<readonly Alert[]>>;
}

/** Each body comes from the server; when that cannot be reached, the copy of it on the device. One request at a time for each. */
export function createDocuments({ fetch, clock, store, market }: DocumentsOptions): Documents {
  const underWay = new Map<string, Promise<Loaded<unknown>>>();

  const load = <T>(name: string, path: string, isRight: (body: unknown) => body is T): Promise<Loaded<T>> => {
    const known = underWay.get(name) as Promise<Loaded<T>> | undefined;
    if (known !== undefined) {
      return known;
    }
    const loading = ask(path, { fetch, clock })
      .then((answer) => settle(name, answer, isRight))
      .finally(() => underWay.delete(name));
    underWay.set(name, loading);
    return loading;
  };

  const settle = <T>(name: string, answer: Answer, isRight: (body: unknown) => body is T): Loaded<T> => {
    const origin = market();
    if (answer.kind === "body" && isRight(answer.body)) {
      if (origin !== null) {
        store.keepBody(name, { origin, body: answer.body });
      }
      return { ok: true, value: answer.body, fromDevice: false };
    }
    if (answer.kind === "body" && isErrorBody(answer.body)) {
      return { ok: false, reason: answer.body.message };
    }
    if (answer.kind === "failed" && answer.failure.kind === "status" && answer.failure.status === 404) {
      store.dropBody(name);
      return { ok: false, reason: NOT_SCORED };
    }
    const kept = store.readBody(name);
    if (kept !== null && kept.origin === origin && isRight(kept.body)) {
      return { ok: true, value: kept.body, fromDevice: true };
    }
    return { ok: false, reason: failureSentence(answer.kind === "failed" ? answer.failure : { kind: "not-ours" }) };
  };

  return {
    analysis: (symbol) => {
      if (!MAY_BE_SYMBOL.test(symbol)) {
        return Promise.resolve({ ok: false, reason: NOT_SCORED });
      }
      return load(`analysis:${symbol}`, `/api/dashboard/confluence-analysis/${encodeURIComponent(symbol)}`, isAnalysis);
    },
    alerts: () => load("alerts", "/api/dashboard/alerts", isAlerts),
  };
}

const NOT_SCORED = "This symbol is not scored.";
/** What an exchange may call a contract. Anything else need not be asked for. */
const MAY_BE_SYMBOL = /^[^\s.]{1,32}$/;
