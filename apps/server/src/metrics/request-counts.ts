import type { ServerResponse } from "node:http";
import type { Clock, Metrics } from "@pulseboard/runtime";
import { type Freshness, HISTORY_ROUTES, SNAPSHOT_ROUTES, SYMBOL_ROUTE_PATH } from "@pulseboard/snapshot";
import type { PreparedResponse } from "../http/prepared-response.ts";
import { PAGE_PATH } from "../page/page-files.ts";

/** Counts responses. */
export interface RequestCounts {
  /** Called when a request arrives; its result is passed to one of the others when it ends. */
  begin(): number;
  /** Counts a response that the entry handler sent. */
  answered(path: string, method: string | undefined, response: PreparedResponse, begunMs: number): void;
  /** Counts a response when Express has sent it. */
  leftToApp(path: string, response: ServerResponse, begunMs: number): void;
}

/** All unknown paths are counted as one route, or strangers could fill our memory. */
const OTHER = "other";
const KNOWN_PATHS = [
  ...SNAPSHOT_ROUTES.map(({ path }) => path),
  ...HISTORY_ROUTES.map(({ path }) => path),
  "/",
  "/healthz",
  "/readyz",
  "/ws",
  "/metrics",
  "/openapi.json",
];
/** Addresses with a symbol at their end, up to it, and the routes as which they count. */
const SYMBOL_ROUTES = [
  SYMBOL_ROUTE_PATH,
  ...HISTORY_ROUTES.map(({ path }) => path).filter((path) => path.includes("{")),
].map((route) => ({ prefix: route.replace("{symbol}", ""), route }));
/** Pages with files of their own below them. */
const PAGES = [PAGE_PATH, "/docs"];

const REPRESENTATIONS = ["none", "identity", "gzip", "br"] as const;
type RepresentationLabel = (typeof REPRESENTATIONS)[number];

/** Timing takes a third of a microsecond, so only every eighth request is timed. */
const TIMED_EVERY = 8;
/** Stands for the start of a request that is not timed. */
const NOT_TIMED = -1;

/**
 * Counts requests in plain numbers that become metrics when somebody reads them: the library's own counters would take half a
 * microsecond of each request.
 */
export function createRequestCounts(metrics: Metrics, clock: Clock): RequestCounts {
  /** By route, then by status and representation, which are combined into one number. */
  const byRoute = new Map(routeNames().map((route) => [route, new Map<number, number>()]));
  const byFreshness: Record<Freshness | "error", number> = { fresh: 0, stale: 0, error: 0 };
  let begun = 0;

  const count = (path: string, status: number, representation: RepresentationLabel, begunMs: number): void => {
    const counts = byRoute.get(path) ?? byRoute.get(routeOf(path));
    const key = status * REPRESENTATIONS.length + REPRESENTATIONS.indexOf(representation);
    counts?.set(key, (counts.get(key) ?? 0) + 1);
    if (begunMs !== NOT_TIMED) {
      metrics.httpRequestDurationSeconds.observe((clock.monotonicMs() - begunMs) / 1000);
    }
  };

  metrics.beforeRead(() => {
    metrics.httpRequests.reset();
    for (const [route, counts] of byRoute) {
      for (const [key, value] of counts) {
        const representation = REPRESENTATIONS[key % REPRESENTATIONS.length] ?? "none";
        const status = String(Math.floor(key / REPRESENTATIONS.length));
        metrics.httpRequests.inc({ route, status, representation }, value);
      }
    }
    metrics.snapshotAnswers.reset();
    for (const [freshness, value] of Object.entries(byFreshness)) {
      metrics.snapshotAnswers.inc({ freshness }, value);
    }
  });

  return {
    begin: () => {
      begun += 1;
      return begun % TIMED_EVERY === 0 ? clock.monotonicMs() : NOT_TIMED;
    },
    answered: (path, method, { status, body, coding, freshness }, begunMs) => {
      if (freshness !== null) {
        byFreshness[freshness] += 1;
      }
      const representation = body === null || method === "HEAD" ? "none" : coding;
      count(path, status, representation, begunMs);
    },
    leftToApp: (path, response, begunMs) => {
      // When the client disconnects before the response, "finish" does not come and nothing is counted.
      response.once("finish", () => {
        const coding = String(response.getHeader("content-encoding") ?? "identity");
        const hasBody = response.req.method !== "HEAD" && response.statusCode !== 204 && response.statusCode !== 304;
        const known = REPRESENTATIONS.find((name) => name === coding) ?? "identity";
        count(path, response.statusCode, hasBody ? known : "none", begunMs);
      });
    },
  };
}

function routeNames(): readonly string[] {
  return [...KNOWN_PATHS, SYMBOL_ROUTE_PATH, ...PAGES, OTHER];
}

function routeOf(path: string): string {
  const ofSymbol = SYMBOL_ROUTES.find(({ prefix }) => path.startsWith(prefix));
  if (ofSymbol !== undefined) {
    return ofSymbol.route;
  }
  return PAGES.find((page) => path.startsWith(`${page}/`)) ?? OTHER;
}
