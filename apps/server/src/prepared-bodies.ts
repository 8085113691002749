import {
  type AnalysisDocument,
  confluenceAnalysis,
  confluenceAnalysisError,
  type Freshness,
  parseAnalysis,
  SNAPSHOT_ROUTES,
  SYMBOL_NOT_SCORED,
} from "@pulseboard/snapshot";
import { FIRST_ROUTES, LATER_ROUTES, SYMBOL_PREFIX } from "./body-routes.ts";
import type { AnalysisTexts, HeldSnapshot } from "./held-snapshot.ts";
import { represent, toBytes, type Variants } from "./representation.ts";

/** One body with the snapshot that it is of. Nothing is left to be done when it is asked for. */
export type PreparedBody = Readonly<Record<Freshness, Variants>> & { readonly held: HeldSnapshot };

/** By path. */
export type PreparedBodies = ReadonlyMap<string, PreparedBody>;

const NO_ANALYSES: ReadonlyMap<string, AnalysisDocument> = new Map();

/** Serializes and compresses the body of every route that needs no analyses, in every variant. */
export async function prepareBodies(held: HeldSnapshot): Promise<PreparedBodies> {
  const bodies = new Map<string, PreparedBody>();
  for (const { path, project } of FIRST_ROUTES) {
    bodies.set(path, await prepare(held, (freshness) => project({ ...held, analyses: NO_ANALYSES }, freshness)));
  }
  return bodies;
}

/** The same for the routes that need them, with what was wrong with the analyses that had to be left out. */
export async function prepareSymbolBodies(
  held: HeldSnapshot,
  analyses: AnalysisTexts,
): Promise<{ readonly bodies: PreparedBodies; readonly problems: readonly string[] }> {
  const bodies = new Map<string, PreparedBody>();
  const known = new Map<string, AnalysisDocument>();
  const problems: string[] = [];
  const { snapshot } = held;
  for (const { symbol } of held.symbols.symbols) {
    const text = analyses.get(symbol);
    // Older publications have none.
    if (text === undefined) {
      continue;
    }
    const read = parseAnalysis(text);
    if (!read.ok) {
      problems.push(`${symbol}: ${read.problem}`);
      continue;
    }
    const { analysis } = read;
    if (analysis.symbol !== symbol || analysis.sequence !== snapshot.sequence || analysis.origin !== snapshot.origin) {
      problems.push(`${symbol}: is of ${analysis.symbol}, sequence ${analysis.sequence}, ${analysis.origin}`);
      continue;
    }
    known.set(symbol, analysis);
    const body = await prepare(held, (freshness) => confluenceAnalysis(snapshot, analysis, freshness));
    // As an address has it: an exchange may list a coin whose name is not ASCII.
    bodies.set(SYMBOL_PREFIX + encodeURIComponent(symbol), body);
  }
  for (const { path, project } of LATER_ROUTES) {
    bodies.set(path, await prepare(held, (freshness) => project({ ...held, analyses: known }, freshness)));
  }
  return { bodies, problems };
}

const NO_SNAPSHOT = "no_snapshot" as const;
const NO_SNAPSHOT_MESSAGE = "There is no snapshot of the market yet. Try again in a few seconds.";

/** What is answered while there is nothing: the same bytes for the life of the process. */
export interface ErrorBodies {
  /** By path. */
  readonly errorBodies: ReadonlyMap<string, Buffer>;
  readonly symbolErrorBody: Buffer;
  /** For a symbol that is not scored, also while there is a snapshot. */
  readonly notScoredBody: Buffer;
}

export function prepareErrorBodies(startedAtMs: number): ErrorBodies {
  const failure = { startedAtMs, code: NO_SNAPSHOT, message: NO_SNAPSHOT_MESSAGE };
  return {
    errorBodies: new Map(SNAPSHOT_ROUTES.map(({ path, projectError }) => [path, toBytes(projectError(failure))])),
    symbolErrorBody: toBytes(confluenceAnalysisError(failure)),
    notScoredBody: toBytes(confluenceAnalysisError({ startedAtMs, ...SYMBOL_NOT_SCORED })),
  };
}

async function prepare(held: HeldSnapshot, body: (freshness: Freshness) => unknown): Promise<PreparedBody> {
  const [freshBytes, staleBytes] = [toBytes(body("fresh")), toBytes(body("stale"))];
  const fresh = await represent(freshBytes);
  // Some bodies do not speak of freshness.
  const stale = staleBytes.equals(freshBytes) ? fresh : await represent(staleBytes);
  return { held, fresh, stale };
}
