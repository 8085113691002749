import {
  type AnalysisDocument,
  analysisInShort,
  confluenceAnalysis,
  confluenceAnalysisError,
  type Freshness,
  parseAnalysis,
  SNAPSHOT_ROUTES,
  type StaleReason,
  SYMBOL_NOT_SCORED,
  SYMBOL_ROUTE_PATH,
  withStaleReason,
} from "@pulseboard/snapshot";
import { JSON_TYPE, toJsonBytes } from "../http/prepared-response.ts";
import {
  type BodyDescription,
  FOR_EACH_SNAPSHOT,
  prepareRepresentations,
  type Representations,
} from "../http/representation.ts";
import { JSON_SECURITY_HEADERS } from "../http/security-headers.ts";
import type { LoadedSnapshot } from "./loaded-snapshot.ts";

/** The body of one route in every form that a request can get, with the snapshot that it shows. */
export type PreparedBody = Readonly<Record<Freshness, Representations>> & { readonly loaded: LoadedSnapshot };

/** By path. */
export type PreparedBodies = ReadonlyMap<string, PreparedBody>;

/** The path of a symbol's analysis up to the symbol. */
export const SYMBOL_PREFIX = SYMBOL_ROUTE_PATH.replace("{symbol}", "");

const NO_ANALYSES: ReadonlyMap<string, AnalysisDocument> = new Map();
/** Routes whose body needs the analyses of all symbols, which are parsed after the snapshot is already served. */
const NEEDS_ANALYSES: ReadonlySet<string> = new Set(["symbols"]);
const SYMBOLS_ROUTES = SNAPSHOT_ROUTES.filter(({ name }) => NEEDS_ANALYSES.has(name));
const OTHER_ROUTES = SNAPSHOT_ROUTES.filter(({ name }) => !NEEDS_ANALYSES.has(name));

const JSON_BODY: BodyDescription = {
  type: JSON_TYPE,
  cacheControl: "no-cache",
  compression: FOR_EACH_SNAPSHOT,
  headers: JSON_SECURITY_HEADERS,
};

/** Prepares the body of every route that needs no analyses; the stale ones say the reason. */
export async function prepareBodies(loaded: LoadedSnapshot, reason: StaleReason | null): Promise<PreparedBodies> {
  const bodies = new Map<string, PreparedBody>();
  for (const { path, project } of OTHER_ROUTES) {
    const body = (freshness: Freshness) => project({ ...loaded, analyses: NO_ANALYSES }, freshness);
    bodies.set(path, await prepare(loaded, body, reason));
  }
  return bodies;
}

/** Prepares the bodies that need analyses. Analyses that cannot be used are left out; `problems` has a sentence about each. */
export async function prepareSymbolBodies(
  loaded: LoadedSnapshot,
  reason: StaleReason | null,
): Promise<{ readonly bodies: PreparedBodies; readonly problems: readonly string[] }> {
  const bodies = new Map<string, PreparedBody>();
  const analyses = new Map<string, AnalysisDocument>();
  const problems: string[] = [];
  const { snapshot } = loaded;
  for (const [symbol, text] of loaded.analysisTexts) {
    const parsed = parseAnalysis(text);
    if (!parsed.ok) {
      problems.push(`${symbol}: ${parsed.problem}`);
      continue;
    }
    const { analysis } = parsed;
    if (analysis.symbol !== symbol || analysis.sequence !== snapshot.sequence || analysis.origin !== snapshot.origin) {
      const { sequence, origin } = analysis;
      problems.push(`${symbol}: the analysis is of ${analysis.symbol}, sequence ${sequence}, from ${origin}`);
      continue;
    }
    analyses.set(symbol, analysisInShort(analysis));
    const body = await prepare(loaded, (freshness) => confluenceAnalysis(snapshot, analysis, freshness), reason);
    // As it appears in a URL: exchanges also list coins whose names are not ASCII.
    bodies.set(SYMBOL_PREFIX + encodeURIComponent(symbol), body);
  }
  for (const { path, project } of SYMBOLS_ROUTES) {
    bodies.set(path, await prepare(loaded, (freshness) => project({ ...loaded, analyses }, freshness), reason));
  }
  return { bodies, problems };
}

async function prepare(
  loaded: LoadedSnapshot,
  body: (freshness: Freshness) => unknown,
  reason: StaleReason | null,
): Promise<PreparedBody> {
  const [freshBytes, staleBytes] = [toJsonBytes(body("fresh")), toJsonBytes(withStaleReason(body("stale"), reason))];
  const fresh = await prepareRepresentations(freshBytes, JSON_BODY);
  // Some bodies are the same whether fresh or stale.
  const stale = staleBytes.equals(freshBytes) ? fresh : await prepareRepresentations(staleBytes, JSON_BODY);
  return { loaded, fresh, stale };
}

/**
 * The same body whose stale form says another reason. It is read back from its bytes: the analyses that some bodies are made of are
 * not kept.
 */
export async function explainBody(body: PreparedBody, reason: StaleReason | null): Promise<PreparedBody> {
  const { loaded, fresh, stale } = body;
  if (stale === fresh) {
    return body;
  }
  const explained = withStaleReason(JSON.parse(stale.identity.bytes.toString()), reason);
  return { loaded, fresh, stale: await prepareRepresentations(toJsonBytes(explained), JSON_BODY) };
}

/** The bodies for errors: the same bytes for the life of the process. */
export interface ErrorBodies {
  /** While there is no snapshot, by path. */
  readonly noSnapshot: ReadonlyMap<string, Buffer>;
  /** For a symbol, while there is no snapshot. */
  readonly noSnapshotOfSymbol: Buffer;
  /** For a symbol that is not scored. */
  readonly notScored: Buffer;
}

/** The failure while there is no snapshot. */
export const NO_SNAPSHOT = {
  code: "no_snapshot",
  message: "There is no snapshot of the market yet. Try again in a few seconds.",
} as const;

/** @param startedAtMs - The process's start, Unix ms: the timestamp that error bodies carry. */
export function prepareErrorBodies(startedAtMs: number): ErrorBodies {
  const failure = { startedAtMs, ...NO_SNAPSHOT };
  return {
    noSnapshot: new Map(SNAPSHOT_ROUTES.map(({ path, projectError }) => [path, toJsonBytes(projectError(failure))])),
    noSnapshotOfSymbol: toJsonBytes(confluenceAnalysisError(failure)),
    notScored: toJsonBytes(confluenceAnalysisError({ startedAtMs, ...SYMBOL_NOT_SCORED })),
  };
}
