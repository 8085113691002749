import {
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  parseSnapshot,
  SNAPSHOT_ROUTES,
} from "@pulseboard/snapshot";
import type { Violation } from "../contracts.mts";
import { FAULT_DURATIONS } from "../stage/fault-durations.mts";
import { type Answer, MOBILE_PATH, machineDelayMs, type Observations, READY_PATH } from "./observations.mts";
import { parseJson } from "./parse-json.mts";
import { since } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** The server gives up a connection whose request does not come; on a machine that stands still, ours come too late. */
const TIMED_OUT = 408;
const HEADERS_MS = FAULT_DURATIONS.server.headersMs;
const SYMBOLS_PATH = "/api/dashboard/symbols";

/**
 * I1, second part: each answer is a valid document by the project's own schemas, its sequence is the one in its header, and a symbol that
 * the list names can be asked for. 304 is only for a tag that was given out.
 */
export function judgeDocuments({ answers, bare }: Observations): readonly Violation[] {
  const originMs = answers[0]?.sentMs ?? 0;
  const known = new Map<string | null, Map<string, string | null>>();
  const lists = answers.flatMap(({ path, sentMs, endMs, text }) =>
    path === SYMBOLS_PATH && text !== null ? [{ sentMs, endMs, symbols: symbolsOf(text) }] : [],
  );
  const sentences = answers.flatMap((answer): readonly string[] => {
    const { path, status, sequence, text, sentMs, endMs, error } = answer;
    if (error !== null || (status === TIMED_OUT && machineDelayMs(bare, sentMs, endMs) > HEADERS_MS / 2)) {
      return [];
    }
    const key = `${path} ${status} ${sequence}`;
    const ofText = known.get(text) ?? new Map<string, string | null>();
    const before = ofText.get(key);
    const problem = before === undefined ? problemOf(answer) : before;
    known.set(text, ofText.set(key, problem));
    const name = `${path}, asked ${since(originMs, sentMs)} after the first request`;
    const symbol = path.split("/").at(-1) ?? "";
    const isListed =
      status === 404 &&
      lists.findLast((list) => list.endMs < sentMs)?.symbols.includes(symbol) === true &&
      lists.find((list) => list.sentMs > endMs)?.symbols.includes(symbol) === true;
    return [
      ...(problem === null ? [] : [`${name}: ${problem}`]),
      ...(isListed ? [`${name}: 404, though ${SYMBOLS_PATH} names the symbol before and after that`] : []),
    ];
  });
  return violationsOf("I1", sentences);
}

function problemOf(answer: Answer): string | null {
  const { path, status, sequence, text } = answer;
  if (text === null) {
    return status === 304 ? "304 for a tag that was never given out" : `${status} without a body`;
  }
  const expected = path === READY_PATH ? [200, 503] : isSymbolPath(path) ? [200, 304, 404] : [200, 304];
  if (!expected.includes(status)) {
    return `status ${status}`;
  }
  const body = parseJson(text);
  if (body === undefined) {
    return "its body is not JSON";
  }
  const problem = path === READY_PATH ? readyProblem(body) : schemaProblem(path, text, body);
  if (problem !== null) {
    return problem;
  }
  const told = Object(body).sequence;
  return path !== READY_PATH && told !== undefined && told !== sequence
    ? `sequence ${told}, and ${sequence} in its header`
    : null;
}

function schemaProblem(path: string, text: string, body: unknown): string | null {
  const isError = Object(body).status === "error";
  if (path === MOBILE_PATH && !isError) {
    const parsed = parseSnapshot(text);
    return parsed.ok ? null : parsed.problem;
  }
  const route = SNAPSHOT_ROUTES.find((each) => each.path === path);
  const schema = isSymbolPath(path)
    ? isError
      ? confluenceAnalysisErrorSchema
      : confluenceAnalysisSchema
    : isError
      ? route?.errorSchema
      : route?.schema;
  if (schema === undefined) {
    return "no such route";
  }
  const parsed = schema.safeParse(body);
  return parsed.success
    ? null
    : `not valid: ${parsed.error.issues[0]?.path.join(".")}: ${parsed.error.issues[0]?.message}`;
}

function readyProblem(body: unknown): string | null {
  const { status, degraded, sequence, age_s } = Object(body);
  const isNumberOrNull = (value: unknown): boolean => value === null || Number.isInteger(value);
  const isValid =
    (status === "ready" || status === "not_ready") &&
    Array.isArray(degraded) &&
    degraded.every((each) => typeof each === "string") &&
    isNumberOrNull(sequence) &&
    isNumberOrNull(age_s);
  return isValid ? null : "not valid";
}

function isSymbolPath(path: string): boolean {
  return path.startsWith("/api/dashboard/confluence-analysis/");
}

function symbolsOf(text: string): readonly string[] {
  const { symbols } = Object(parseJson(text));
  return Array.isArray(symbols) ? symbols.map(({ symbol }) => String(symbol)) : [];
}
