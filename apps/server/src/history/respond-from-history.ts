import type { IncomingMessage } from "node:http";
import { HISTORY_ROUTES, HISTORY_WARMING, historyError, SYMBOL_NOT_SCORED } from "@pulseboard/snapshot";
import type { Client } from "../http/client-address.ts";
import { createClientHeaders, otherMethodResponse } from "../http/client-headers.ts";
import type { CorsHeaders } from "../http/cors.ts";
import {
  chooseRepresentation,
  chooseResponse,
  NOT_ACCEPTABLE,
  prepareResponses,
  retryResponse,
} from "../http/negotiation.ts";
import {
  isRead,
  jsonHeaders,
  type PreparedResponse,
  preparedResponse,
  toJsonBytes,
  withHeaders,
} from "../http/prepared-response.ts";
import type { LoadedSnapshot } from "../snapshot/loaded-snapshot.ts";
import { NO_SNAPSHOT } from "../snapshot/prepare-bodies.ts";
import { RETRY_AFTER_S } from "../snapshot/respond-from-snapshot.ts";
import type { HistorySource } from "./history-source.ts";

/** Responds to a request for `path` (without query), at once; null when that is not a route of a history. */
export type RespondFromHistory = (path: string, request: IncomingMessage) => PreparedResponse | null;

export interface HistoryResponderOptions {
  readonly source: HistorySource;
  /** The snapshot that is served, which names the scored symbols; null while there is none. */
  readonly loaded: () => LoadedSnapshot | null;
  /** The process's start, Unix ms: the timestamp that error bodies carry. */
  readonly startedAtMs: number;
  readonly corsHeaders: CorsHeaders;
  readonly client: Client;
}

const SYMBOL = "{symbol}";
const ROUTES = new Map(HISTORY_ROUTES.filter(({ path }) => !path.includes(SYMBOL)).map((route) => [route.path, route]));
const SYMBOL_ROUTES = HISTORY_ROUTES.filter(({ path }) => path.includes(SYMBOL)).map((route) => ({
  route,
  prefix: route.path.replace(SYMBOL, ""),
}));

/** Creates the function that responds on every route of a document with a publication of its own. */
export function createHistoryResponder(options: HistoryResponderOptions): RespondFromHistory {
  const { source, loaded, startedAtMs, corsHeaders, client } = options;
  const clientHeaders = createClientHeaders(client, corsHeaders);
  const bodyOf = (failure: Omit<Parameters<typeof historyError>[0], "startedAtMs">) =>
    toJsonBytes(historyError({ startedAtMs, ...failure }));
  const noSnapshot = bodyOf(NO_SNAPSHOT);
  const warming = bodyOf(HISTORY_WARMING);
  const notScoredBody = bodyOf(SYMBOL_NOT_SCORED);
  const notScored = preparedResponse(404, jsonHeaders(notScoredBody, "no-store"), notScoredBody);
  const isScored = createScoredSymbols();

  /** Whose history is asked for, "" for all symbols; the response where there is none. */
  const symbolOf = (name: string | null, request: IncomingMessage): string | PreparedResponse => {
    if (name === null) {
      return "";
    }
    const current = loaded();
    if (current === null) {
      return retryResponse(noSnapshot, RETRY_AFTER_S, request, clientHeaders(request));
    }
    const symbol = decoded(name);
    return symbol !== null && isScored(current, symbol) ? symbol : withHeaders(notScored, clientHeaders(request));
  };

  return (path, request) => {
    const ofSymbol = SYMBOL_ROUTES.find(({ prefix }) => path.startsWith(prefix));
    const route = ROUTES.get(path) ?? ofSymbol?.route;
    if (route === undefined) {
      return null;
    }
    if (!isRead(request)) {
      return otherMethodResponse(request, corsHeaders, clientHeaders);
    }
    const symbol = symbolOf(ofSymbol === undefined ? null : path.slice(ofSymbol.prefix.length), request);
    if (typeof symbol !== "string") {
      return symbol;
    }
    const extra = clientHeaders(request);
    const body = source.bodyOf(route, symbol);
    if (body === null) {
      return retryResponse(warming, RETRY_AFTER_S, request, extra);
    }
    const representation = chooseRepresentation(body, request);
    return representation === null
      ? withHeaders(NOT_ACCEPTABLE, extra)
      : chooseResponse(prepareResponses(representation, extra), request);
  };
}

/** Creates the function that tells whether a snapshot has a score of a symbol. */
function createScoredSymbols(): (loaded: LoadedSnapshot, symbol: string) => boolean {
  const namesOf = new WeakMap<LoadedSnapshot, ReadonlySet<string>>();
  return (loaded, symbol) => {
    const names = namesOf.get(loaded) ?? new Set(loaded.symbols.symbols.map((row) => row.symbol));
    namesOf.set(loaded, names);
    return names.has(symbol);
  };
}

/** The name that an address spells; null for one that is no text. */
function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch (error) {
    if (error instanceof URIError) {
      return null;
    }
    throw error;
  }
}
