import { type Clock, isRecord } from "@pulseboard/runtime";
import type { Answer, HttpClient, NoAnswer } from "../operator/http-client.ts";
import { type DescribedRoute, describedRoutes } from "./api-description.ts";

export const MARKET_PATH = "/api/dashboard/mobile-data";
export const HEALTH_PATH = "/healthz";
export const READINESS_PATH = "/readyz";
export const DESCRIPTION_PATH = "/openapi.json";

/** Few at a time: the requests' own time is measured. */
const AT_A_TIME = 4;
/** Of a server that hangs on every route, not all of them are asked. */
const ASKED_FOR_MS = 60_000;

/** What `Retry-After` says while a history is read. */
const WARMING_MS = 2_000;

export type Answers = ReadonlyMap<string, Answer | NoAnswer>;

export interface RoutesLook {
  /** By path, the description's first. */
  readonly answers: Answers;
  /** The body of mobile-data; undefined when it is no JSON of a 200. */
  readonly market: unknown;
  /** The described routes that were asked. */
  readonly routes: readonly DescribedRoute[];
  /** Why the description cannot be used; null when it can. */
  readonly descriptionProblem: string | null;
}

/** Asks a server for every GET route of its own description. */
export async function lookAtRoutes(client: HttpClient, clock: Clock): Promise<RoutesLook> {
  const startedMs = clock.monotonicMs();
  const answers = new Map<string, Answer | NoAnswer>();
  const ask = async (path: string): Promise<void> => {
    let answer = await client.ask(path);
    // A symbol's history is read when somebody asks for it.
    if (isWarming(bodyOf200(answer))) {
      await clock.sleep(WARMING_MS);
      answer = await client.ask(path);
    }
    answers.set(path, answer);
  };
  await Promise.all([ask(DESCRIPTION_PATH), ask(MARKET_PATH), ask(HEALTH_PATH)]);
  const market = bodyOf200(answers.get(MARKET_PATH));
  const { routes, problem } = readDescription(bodyOf200(answers.get(DESCRIPTION_PATH)));
  const symbol = firstSymbol(market);
  const asked = routes
    .map((route) => ({ ...route, path: route.path.replace("{symbol}", symbol ?? "{symbol}") }))
    // Without a snapshot there is no symbol to ask for.
    .filter(({ path }) => !path.includes("{"));
  const left = asked.map(({ path }) => path).filter((path) => !answers.has(path));
  const askInTurn = async (): Promise<void> => {
    for (let path = left.shift(); path !== undefined; path = left.shift()) {
      if (clock.monotonicMs() - startedMs < ASKED_FOR_MS) {
        await ask(path);
      } else {
        const reason = `not asked, because those before it took ${ASKED_FOR_MS / 1000} s`;
        answers.set(path, { status: null, reason, wasConnected: true, tookMs: 0 });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, askInTurn));
  return { answers, market, routes: asked, descriptionProblem: problem };
}

function readDescription(document: unknown): { routes: readonly DescribedRoute[]; problem: string | null } {
  if (document === undefined) {
    return { routes: [], problem: `${DESCRIPTION_PATH} is no JSON` };
  }
  try {
    const routes = describedRoutes(document);
    const isComplete = routes.some(({ path }) => path === MARKET_PATH);
    return { routes, problem: isComplete ? null : `${DESCRIPTION_PATH} does not have ${MARKET_PATH}` };
  } catch (error) {
    return { routes: [], problem: `${DESCRIPTION_PATH}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function firstSymbol(market: unknown): string | null {
  const scores = isRecord(market) && Array.isArray(market.confluence_scores) ? market.confluence_scores : [];
  const symbols = scores.flatMap((score) =>
    isRecord(score) && typeof score.symbol === "string" ? [score.symbol] : [],
  );
  // By way of bytes: half a character would be an error.
  return symbols[0] === undefined ? null : encodeURIComponent(Buffer.from(symbols[0]).toString());
}

/** Whether a route says that its history is still being read: so do those of a worker of an older version, which publishes none. */
export function isWarming(body: unknown): boolean {
  return isRecord(body) && body.error === "history_warming";
}

/** What a good answer says. */
export function bodyOf200(answer: Answer | NoAnswer | undefined): unknown {
  return answer?.status === 200 ? answer.body : undefined;
}

/** The time of the server at its answer, Unix ms; this machine's where the answer does not have it. */
export function timeOf(answer: Answer | NoAnswer | undefined, clock: Clock): number {
  const saidMs = Date.parse((answer?.status === null ? undefined : answer?.headers.date) ?? "");
  return Number.isNaN(saidMs) ? clock.nowMs() : saidMs;
}
