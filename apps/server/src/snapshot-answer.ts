import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, HttpErrorCode } from "@pulseboard/runtime";
import type { Freshness } from "@pulseboard/snapshot";
import { SYMBOL_PREFIX } from "./body-routes.ts";
import { type HeldSnapshot, snapshotAgeMs, snapshotFreshness } from "./held-snapshot.ts";
import { type ContentCoding, createCodingChoice } from "./http/accept-encoding.ts";
import type { Client } from "./http/client-address.ts";
import { type CorsHeaders, PREFLIGHT_HEADERS } from "./http/cors.ts";
import { matchesEtag } from "./http/entity-tag.ts";
import { JSON_SECURITY_HEADERS, TLS_HEADERS } from "./http/security-headers.ts";
import type { ErrorBodies, PreparedBody } from "./prepared-bodies.ts";
import { JSON_TYPE, type Representation, toBytes } from "./representation.ts";
import type { Serving } from "./serving.ts";

/**
 * A whole answer; nothing is left to be decided when it is sent. All are made by `answerOf`, so that the code that sends them
 * meets one shape only.
 */
export interface Answer {
  readonly status: number;
  /** Name, value, name, value ... */
  readonly headers: readonly string[];
  readonly body: Buffer | null;
  readonly coding: ContentCoding;
  /** Of what was answered on a route of the snapshot, "error" while there is none; null elsewhere. */
  readonly freshness: Freshness | "error" | null;
}

type Described = Pick<Answer, "coding" | "freshness">;
const PLAIN: Described = { coding: "identity", freshness: null };

function answerOf(
  status: number,
  headers: readonly string[],
  body: Buffer | null,
  { coding, freshness }: Described = PLAIN,
): Answer {
  return { status, headers, body, coding, freshness };
}

/**
 * The answer to a request for `path` (without query); null when that is no route of a snapshot. It is there at once, but for
 * what is still being prepared in the first second of a process.
 */
export type AnswerSnapshot = (path: string, request: IncomingMessage) => Answer | Promise<Answer> | null;

export interface SnapshotAnswerContext extends ErrorBodies {
  readonly serving: () => Serving | null;
  /** Resolves when the bodies of the symbols are among them, or could not be prepared. */
  readonly symbolsSettled: () => Promise<void>;
  /** Asks for a new snapshot without waiting for it. */
  readonly requestRefresh: () => void;
  readonly freshForMs: number | null;
  readonly corsHeaders: CorsHeaders;
  readonly client: Client;
  readonly clock: Clock;
}

export const ALLOWED_METHODS = "GET, HEAD, OPTIONS";

/** While there is nothing, the next refresh is seconds away. */
const RETRY_AFTER_S = "2";

/**
 * Creates the one function that answers every route of a snapshot, by picking bytes that were prepared before. It knows
 * nothing of the program around it, so that a bare HTTP server and Express can both hand out what it says.
 */
export function createSnapshotAnswer(context: SnapshotAnswerContext): AnswerSnapshot {
  const {
    serving,
    symbolsSettled,
    errorBodies,
    symbolErrorBody,
    requestRefresh,
    freshForMs,
    corsHeaders,
    client,
    clock,
  } = context;
  const notScored = errorAnswer(404, context.notScoredBody);
  const chooseCoding = createCodingChoice();

  const behindTls = new Map<readonly string[], readonly string[]>();
  /** The same list for the same circumstances, so that what was made with it can be found again. */
  const extraHeaders = (request: IncomingMessage): readonly string[] => {
    const cors = corsHeaders(request.headers.origin);
    if (!client.isBehindTls(request)) {
      return cors;
    }
    const known = behindTls.get(cors);
    if (known !== undefined) {
      return known;
    }
    const both = [...TLS_HEADERS, ...cors];
    behindTls.set(cors, both);
    return both;
  };

  let answersOf: Serving | null = null;
  const recent = new Map<Representation, AnswersOfSecond>();
  const answersOfSecond = (
    current: Serving,
    { held }: PreparedBody,
    representation: Representation,
    described: Described & { readonly ageS: number; readonly extra: readonly string[] },
  ): AnswersOfSecond => {
    if (answersOf !== current) {
      // The bytes of a snapshot before are not kept.
      recent.clear();
      answersOf = current;
    }
    const known = recent.get(representation);
    if (known !== undefined && known.ageS === described.ageS && known.extra === described.extra) {
      return known;
    }
    const made = makeAnswers(representation, held, described);
    recent.set(representation, made);
    return made;
  };

  const answerBody = (current: Serving, body: PreparedBody, request: IncomingMessage): Answer => {
    const { held } = body;
    const ageMs = snapshotAgeMs(held, clock);
    const freshness = snapshotFreshness(held, ageMs, freshForMs);
    if (freshness === "stale") {
      requestRefresh();
    }
    const extra = extraHeaders(request);
    const coding = chooseCoding(request.headers["accept-encoding"] as string | undefined);
    if (coding === null) {
      return withHeaders(NOT_ACCEPTABLE, extra);
    }
    const representation = body[freshness][coding];
    const ageS = Math.floor(ageMs / 1000);
    const answers = answersOfSecond(current, body, representation, { coding, freshness, ageS, extra });
    if (matchesEtag(request.headers["if-none-match"], representation.etag)) {
      return answers.notModified;
    }
    return request.method === "HEAD" ? answers.head : answers.whole;
  };

  const answerNothingYet = (body: Buffer, request: IncomingMessage): Answer => {
    requestRefresh();
    const ofNow = ["Vary", "Accept-Encoding", "Retry-After", RETRY_AFTER_S, ...extraHeaders(request)];
    const headers = joinVary([...jsonHeaders(body, "no-cache"), ...ofNow]);
    return answerOf(200, headers, request.method === "HEAD" ? null : body, { coding: "identity", freshness: "error" });
  };

  const answerOtherMethod = (request: IncomingMessage): Answer => {
    if (request.method !== "OPTIONS") {
      return withHeaders(METHOD_NOT_ALLOWED, extraHeaders(request));
    }
    const cors = corsHeaders(request.headers.origin);
    const preflight = cors.includes("Access-Control-Allow-Origin") ? PREFLIGHT_HEADERS : [];
    return answerOf(204, ["Allow", ALLOWED_METHODS, ...preflight, ...extraHeaders(request)], null);
  };

  const answerFound = (path: string, request: IncomingMessage, nothingYet: Buffer): Answer => {
    const current = serving();
    const body = current?.bodies.get(path);
    if (current !== null && body !== undefined) {
      return answerBody(current, body, request);
    }
    if (current === null || !current.hasSymbols) {
      return answerNothingYet(nothingYet, request);
    }
    return withHeaders(notScored, extraHeaders(request));
  };

  const answerWhenPrepared = async (path: string, request: IncomingMessage, nothingYet: Buffer): Promise<Answer> => {
    await symbolsSettled();
    return answerFound(path, request, nothingYet);
  };

  return (path, request) => {
    const errorBody = errorBodies.get(path);
    const isSymbol = errorBody === undefined && path.startsWith(SYMBOL_PREFIX);
    if (errorBody === undefined && !isSymbol) {
      return null;
    }
    if (request.method !== "GET" && request.method !== "HEAD") {
      return answerOtherMethod(request);
    }
    const nothingYet = errorBody ?? symbolErrorBody;
    const current = serving();
    // In a process that has just started, what is made of the analyses comes a moment after the others. A snapshot that
    // follows another one has the bodies before it until then.
    const isPrepared = current === null || current.hasSymbols || current.bodies.has(path);
    return isPrepared ? answerFound(path, request, nothingYet) : answerWhenPrepared(path, request, nothingYet);
  };
}

/**
 * What is answered with one representation within one second, to clients that get the same headers: tens of thousands of
 * times on a busy server, and made once.
 */
interface AnswersOfSecond {
  readonly ageS: number;
  readonly extra: readonly string[];
  readonly whole: Answer;
  readonly head: Answer;
  readonly notModified: Answer;
}

function makeAnswers(
  { bytes, headers, notModifiedHeaders }: Representation,
  { snapshot }: HeldSnapshot,
  described: Described & Pick<AnswersOfSecond, "ageS" | "extra">,
): AnswersOfSecond {
  const { ageS, extra } = described;
  const ofNow = ["X-Snapshot-Age", String(ageS), "X-Snapshot-Sequence", String(snapshot.sequence), ...extra];
  const wholeHeaders = joinVary([...headers, ...ofNow]);
  return {
    ageS,
    extra,
    whole: answerOf(200, wholeHeaders, bytes, described),
    head: answerOf(200, wholeHeaders, null, described),
    notModified: answerOf(304, joinVary([...notModifiedHeaders, ...ofNow]), null, described),
  };
}

/** One Vary instead of several: Node takes its time over each header of each answer. */
function joinVary(headers: readonly string[]): readonly string[] {
  const isVary = (at: number): boolean => headers[at - (at % 2)] === "Vary";
  const names = headers.filter((_, at) => at % 2 === 1 && isVary(at));
  return [...headers.filter((_, at) => !isVary(at)), "Vary", names.join(", ")];
}

/** Sends an answer; Node itself leaves the body out where there must be none. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers as string[]);
  response.end(body);
}

/** An answer that tells what is wrong with the request; the same bytes each time. */
export function refusal(status: number, error: HttpErrorCode, message: string, more: readonly string[] = []): Answer {
  return withHeaders(errorAnswer(status, toBytes({ status: "error", error, message })), more);
}

function errorAnswer(status: number, body: Buffer): Answer {
  return answerOf(status, jsonHeaders(body, "no-store"), body);
}

const NOT_ACCEPTABLE = refusal(406, "not_acceptable", "The data is sent as it is, or compressed by gzip or br.", [
  "Vary",
  "Accept-Encoding",
]);
const METHOD_NOT_ALLOWED = refusal(405, "method_not_allowed", "This address is read with GET.", [
  "Allow",
  ALLOWED_METHODS,
]);

/** To `OPTIONS *`, which asks about no address in particular. */
export const ABOUT_ALL = answerOf(204, ["Allow", ALLOWED_METHODS], null);

function jsonHeaders(body: Buffer, cacheControl: string): readonly string[] {
  const length = String(body.length);
  const described = ["Content-Type", JSON_TYPE, "Content-Length", length, "Cache-Control", cacheControl];
  return [...described, ...JSON_SECURITY_HEADERS];
}

export function withHeaders(answer: Answer, more: readonly string[]): Answer {
  return more.length === 0 ? answer : answerOf(answer.status, [...answer.headers, ...more], answer.body, answer);
}
