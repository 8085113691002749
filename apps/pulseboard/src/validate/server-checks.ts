import { isRecord } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import type { Answer, HttpClient, NoAnswer } from "../operator/http-client.ts";
import { shown } from "../operator/shown.ts";
import type { Expectations } from "./expectations.ts";
import {
  type Answers,
  bodyOf200,
  DESCRIPTION_PATH,
  HEALTH_PATH,
  isWarming,
  MARKET_PATH,
  READINESS_PATH,
  type RoutesLook,
} from "./routes-look.ts";

/** So many lines of one kind are shown. */
const SHOWN = 3;
/** The body may change between two requests. */
const TAG_ATTEMPTS = 3;

/** Every route answers 200; that there is no snapshot at all is told by another check. */
export function answersCheck(answers: Answers): Check {
  const market = bodyOf200(answers.get(MARKET_PATH));
  const problems = [...answers].flatMap(([path, answer]) => {
    const problem = problemWith(path, answer, isRecord(market) ? market.status : null);
    return problem === null ? [] : [`${path}: ${problem}`];
  });
  return problems.length === 0
    ? { name: "answers", verdict: "ok", seen: `200 from ${answers.size} routes` }
    : {
        name: "answers",
        verdict: "failed",
        seen: shorten(problems),
        expected: "200 from every route",
        cure: "See the server's log; a proxy in front answers itself while no server listens.",
      };
}

/** @param status - What mobile-data says: where it is "success", no other route may say that there is no snapshot. */
function problemWith(path: string, answer: Answer | NoAnswer, status: unknown): string | null {
  if (answer.status === null) {
    return answer.reason;
  }
  if (answer.status !== 200) {
    return status === "error" && path === READINESS_PATH && answer.status === 503 ? null : String(answer.status);
  }
  return status === "success" && isRecord(answer.body) && answer.body.status === "error" && !isWarming(answer.body)
    ? `error ${shown(answer.body.error)}`
    : null;
}

/** Every answer comes in time; one that never came is the first check's. */
export function promptCheck(answers: Answers, answerMs: number): Check {
  const answered = [...answers].filter(([, { status }]) => status !== null);
  const [slowest] = answered.toSorted(([, a], [, b]) => b.tookMs - a.tookMs);
  if (slowest === undefined) {
    return { name: "in time", verdict: "unknown", seen: "nothing was answered" };
  }
  const late = answered.filter(([, { tookMs }]) => tookMs > answerMs).map(([path, { tookMs }]) => inMs(path, tookMs));
  return late.length === 0
    ? { name: "in time", verdict: "ok", seen: `the slowest: ${inMs(slowest[0], slowest[1].tookMs)}` }
    : {
        name: "in time",
        verdict: "failed",
        seen: shorten(late),
        expected: `below ${answerMs} ms`,
        cure: "Look at the machine's load and at the network between here and there.",
      };
}

const inMs = (path: string, tookMs: number): string => `${path} in ${Math.round(tookMs)} ms`;

/** Every body is as the server's own description says. */
export function descriptionCheck({ routes, answers, descriptionProblem }: RoutesLook): Check {
  const wrong = routes.flatMap(({ path, problemWith: problemOf }) => {
    const answer = answers.get(path);
    // Other statuses are the first check's.
    const problem = answer?.status === 200 ? problemOf(answer.body) : null;
    return problem === null ? [] : [`${path}: ${problem}`];
  });
  const problems = descriptionProblem === null ? wrong : [descriptionProblem];
  if (answers.get(DESCRIPTION_PATH)?.status !== 200) {
    return { name: "description", verdict: "unknown", seen: `${DESCRIPTION_PATH} was not answered` };
  }
  return problems.length === 0
    ? { name: "description", verdict: "ok", seen: `${routes.length} bodies are as /openapi.json says` }
    : {
        name: "description",
        verdict: "failed",
        seen: shorten(problems),
        expected: "bodies as /openapi.json describes them",
        cure: "See that everything in front of the server passes its bodies on, and that all of it is of one release.",
      };
}

/** Asks once more for what was just answered: a client that has it must not get it again. */
export async function tagCheck(client: HttpClient): Promise<Check> {
  let seen = "";
  for (let attempt = 0; attempt < TAG_ATTEMPTS; attempt += 1) {
    const first = await client.ask(MARKET_PATH);
    const body = bodyOf200(first);
    if (first.status !== 200 || (isRecord(body) && body.status === "error")) {
      return { name: "entity tag", verdict: "unknown", seen: `${MARKET_PATH} has no snapshot` };
    }
    const tag = first.headers.etag;
    if (tag === undefined) {
      seen = "no ETag";
      break;
    }
    const second = await client.ask(MARKET_PATH, { "if-none-match": tag });
    if (second.status === 304) {
      return { name: "entity tag", verdict: "ok", seen: "304 to a client that has the body" };
    }
    seen = `${second.status ?? second.reason} to a client that has the body`;
    if (second.status !== 200 || second.headers.etag === tag) {
      break;
    }
  }
  return {
    name: "entity tag",
    verdict: "failed",
    seen,
    expected: "304",
    cure: "Let the proxy in front pass ETag and If-None-Match on.",
  };
}

/** The version that was expected answers. */
export function versionCheck(health: Answer | NoAnswer | undefined, { version: expected }: Expectations): Check {
  const name = "version";
  const body = bodyOf200(health);
  if (body === undefined) {
    return { name, verdict: "unknown", seen: `${HEALTH_PATH} was not answered` };
  }
  const version = isRecord(body) && typeof body.version === "string" ? body.version : null;
  const commit = isRecord(body) && typeof body.commit === "string" ? body.commit : "unknown";
  const seen = version === null ? "not said" : shown(`${version}+${commit}`);
  if (expected === null || expected === version || expected === seen) {
    return { name, verdict: "ok", seen };
  }
  const cure = "See which release is started: another server, or the one from before, answers at this address.";
  return { name, verdict: "failed", seen, expected, cure };
}

function shorten(lines: readonly string[]): string {
  const more = lines.length > SHOWN ? `; and ${lines.length - SHOWN} more` : "";
  return lines.slice(0, SHOWN).join("; ") + more;
}
