import type { IncomingMessage } from "node:http";
import type { Clock } from "@pulseboard/runtime";
import type { Freshness } from "@pulseboard/snapshot";
import type { Client } from "../http/client-address.ts";
import { createClientHeaders, otherMethodResponse } from "../http/client-headers.ts";
import type { CorsHeaders } from "../http/cors.ts";
import {
  chooseRepresentation,
  chooseResponse,
  NOT_ACCEPTABLE,
  prepareResponses,
  type RepresentationResponses,
  retryResponse,
} from "../http/negotiation.ts";
import {
  isRead,
  jsonHeaders,
  type PreparedResponse,
  preparedResponse,
  withHeaders,
} from "../http/prepared-response.ts";
import type { Representation } from "../http/representation.ts";
import type { CurrentSnapshot, SnapshotHolder } from "./current-snapshot.ts";
import { snapshotAgeMs, snapshotFreshness } from "./loaded-snapshot.ts";
import { type ErrorBodies, type PreparedBody, SYMBOL_PREFIX } from "./prepare-bodies.ts";

/**
 * Responds to a request for `path` (without query); null when that is not a route of the snapshot. The response is there at once,
 * except for routes that the first snapshot of the process is still being prepared for.
 */
export type RespondFromSnapshot = (
  path: string,
  request: IncomingMessage,
) => PreparedResponse | Promise<PreparedResponse> | null;

export interface SnapshotResponderOptions {
  readonly snapshots: Pick<SnapshotHolder, "current" | "symbolsSettled">;
  readonly errorBodies: ErrorBodies;
  /** Asks for a new snapshot; returns at once. */
  readonly requestRefresh: () => void;
  /** How long a snapshot counts as fresh, ms; null for three of its periods. */
  readonly freshForMs: number | null;
  readonly corsHeaders: CorsHeaders;
  readonly client: Client;
  readonly clock: Clock;
}

/** While there is no snapshot, the next refresh is seconds away. */
export const RETRY_AFTER_S = 2;

/**
 * Creates the function that responds on every route of the snapshot, by choosing bytes that were prepared before. The entry handler
 * and Express both use it.
 */
export function createSnapshotResponder(options: SnapshotResponderOptions): RespondFromSnapshot {
  const { snapshots, errorBodies, requestRefresh, freshForMs, corsHeaders, client, clock } = options;
  const notScored = preparedResponse(404, jsonHeaders(errorBodies.notScored, "no-store"), errorBodies.notScored);
  const clientHeaders = createClientHeaders(client, corsHeaders);
  const responsesOfSecond = createResponsesOfSecond();

  const respondWithBody = (
    current: CurrentSnapshot,
    body: PreparedBody,
    request: IncomingMessage,
  ): PreparedResponse => {
    const { loaded } = body;
    const ageMs = snapshotAgeMs(loaded, clock);
    const freshness = snapshotFreshness(loaded, ageMs, freshForMs);
    if (freshness === "stale") {
      requestRefresh();
    }
    const extra = clientHeaders(request);
    const representation = chooseRepresentation(body[freshness], request);
    if (representation === null) {
      return withHeaders(NOT_ACCEPTABLE, extra);
    }
    const { sequence } = loaded.snapshot;
    const ageS = ageMs === null ? null : Math.floor(ageMs / 1000);
    return chooseResponse(responsesOfSecond(current, representation, { freshness, sequence, ageS, extra }), request);
  };

  const respondWithoutSnapshot = (body: Buffer, request: IncomingMessage): PreparedResponse => {
    requestRefresh();
    return retryResponse(body, RETRY_AFTER_S, request, clientHeaders(request));
  };

  const respondToRead = (path: string, request: IncomingMessage, errorBody: Buffer): PreparedResponse => {
    const current = snapshots.current();
    const body = current?.bodies.get(path);
    if (current !== null && body !== undefined) {
      return respondWithBody(current, body, request);
    }
    if (current === null || !current.hasSymbols) {
      return respondWithoutSnapshot(errorBody, request);
    }
    return withHeaders(notScored, clientHeaders(request));
  };

  const respondWhenPrepared = async (
    path: string,
    request: IncomingMessage,
    errorBody: Buffer,
  ): Promise<PreparedResponse> => {
    await snapshots.symbolsSettled();
    return respondToRead(path, request, errorBody);
  };

  return (target, request) => {
    const path = target.startsWith(SYMBOL_PREFIX) ? symbolPath(target) : target;
    const noSnapshot = errorBodies.noSnapshot.get(path);
    if (noSnapshot === undefined && !path.startsWith(SYMBOL_PREFIX)) {
      return null;
    }
    if (!isRead(request)) {
      return otherMethodResponse(request, corsHeaders, clientHeaders);
    }
    const errorBody = noSnapshot ?? errorBodies.noSnapshotOfSymbol;
    const current = snapshots.current();
    // The bodies with analyses follow a moment after those that list the symbols: "not scored" would be wrong.
    const isPrepared = current === null || !current.awaitsSymbols || current.bodies.has(path);
    return isPrepared ? respondToRead(path, request, errorBody) : respondWhenPrepared(path, request, errorBody);
  };
}

interface Circumstances {
  readonly freshness: Freshness;
  readonly sequence: number;
  /** Age of the snapshot, s; null when it cannot be known. */
  readonly ageS: number | null;
  readonly extra: readonly string[];
}

/**
 * Creates a memory for the responses of a representation within one second, for clients that get the same headers: a busy server
 * sends them tens of thousands of times and makes them once.
 */
function createResponsesOfSecond() {
  let responsesOf: CurrentSnapshot | null = null;
  const recent = new Map<
    Representation,
    { readonly for: Circumstances; readonly responses: RepresentationResponses }
  >();
  return (
    current: CurrentSnapshot,
    representation: Representation,
    circumstances: Circumstances,
  ): RepresentationResponses => {
    if (responsesOf !== current) {
      // Do not keep the bytes of the snapshot before.
      recent.clear();
      responsesOf = current;
    }
    const { freshness, sequence, ageS, extra } = circumstances;
    const known = recent.get(representation);
    if (known !== undefined && known.for.ageS === ageS && known.for.extra === extra) {
      return known.responses;
    }
    const age = ageS === null ? [] : ["X-Snapshot-Age", String(ageS)];
    const ofNow = [...age, "X-Snapshot-Sequence", String(sequence), ...extra];
    const responses = prepareResponses(representation, ofNow, freshness);
    recent.set(representation, { for: circumstances, responses });
    return responses;
  };
}

/** The address of a symbol as it is prepared, for one with other escapes (`%e5` for `%E5`). */
function symbolPath(path: string): string {
  const name = path.slice(SYMBOL_PREFIX.length);
  if (/^[\dA-Za-z]*$/.test(name)) {
    return path;
  }
  try {
    return SYMBOL_PREFIX + encodeURIComponent(decodeURIComponent(name));
  } catch (error) {
    if (error instanceof URIError) {
      return path;
    }
    throw error;
  }
}
