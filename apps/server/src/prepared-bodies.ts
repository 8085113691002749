import { errorBody, type Freshness, parseAnalysis } from "@pulseboard/snapshot";
import { BODY_ROUTES, SYMBOL_BODY_ROUTES } from "./body-routes.ts";
import type { AnalysisTexts, HeldSnapshot } from "./held-snapshot.ts";
import { represent, toBytes, type Variants } from "./representation.ts";

/** One body with the snapshot that it is of. Nothing is left to be done when it is asked for. */
export type PreparedBody = Readonly<Record<Freshness, Variants>> & { readonly held: HeldSnapshot };

/** By path. */
export type PreparedBodies = ReadonlyMap<string, PreparedBody>;

/** Serializes and compresses the body of every route, in every variant. */
export async function prepareBodies(held: HeldSnapshot): Promise<PreparedBodies> {
  const bodies = new Map<string, PreparedBody>();
  for (const { paths, project } of BODY_ROUTES) {
    const body = await prepare(held, (freshness) => project(held, freshness));
    for (const path of paths) bodies.set(path, body);
  }
  return bodies;
}

/** The same for the bodies of each symbol, with what was wrong with the analyses that had to be left out. */
export async function prepareSymbolBodies(
  held: HeldSnapshot,
  analyses: AnalysisTexts,
): Promise<{ readonly bodies: PreparedBodies; readonly problems: readonly string[] }> {
  const bodies = new Map<string, PreparedBody>();
  const problems: string[] = [];
  const { snapshot } = held;
  for (const { symbol } of held.symbols.symbols) {
    const text = analyses.get(symbol);
    // Older publications have none.
    if (text === undefined) continue;
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
    for (const { prefix, project } of SYMBOL_BODY_ROUTES) {
      bodies.set(prefix + symbol, await prepare(held, (freshness) => project(analysis, held, freshness)));
    }
  }
  return { bodies, problems };
}

const NO_SNAPSHOT = "no_snapshot";
const NO_SNAPSHOT_MESSAGE = "There is no snapshot of the market yet. Try again in a few seconds.";

/** What is answered while there is nothing: the same bytes for the life of the process. */
export interface ErrorBodies {
  /** By path. */
  readonly errorBodies: ReadonlyMap<string, Buffer>;
  readonly symbolErrorBody: Buffer;
}

export function prepareErrorBodies(startedAtMs: number): ErrorBodies {
  const errorBodies = new Map(
    BODY_ROUTES.flatMap(({ paths, withoutSnapshot }) => {
      const bytes = toBytes(withoutSnapshot(startedAtMs, NO_SNAPSHOT, NO_SNAPSHOT_MESSAGE));
      return paths.map((path) => [path, bytes] as const);
    }),
  );
  return { errorBodies, symbolErrorBody: toBytes(errorBody(startedAtMs, NO_SNAPSHOT, NO_SNAPSHOT_MESSAGE)) };
}

async function prepare(held: HeldSnapshot, body: (freshness: Freshness) => unknown): Promise<PreparedBody> {
  const [freshBytes, staleBytes] = [toBytes(body("fresh")), toBytes(body("stale"))];
  const fresh = await represent(freshBytes);
  // Some bodies do not speak of freshness.
  const stale = staleBytes.equals(freshBytes) ? fresh : await represent(staleBytes);
  return { held, fresh, stale };
}
