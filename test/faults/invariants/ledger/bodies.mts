import type { MobileSnapshot } from "@pulseboard/snapshot";
import { SYMBOLS_PATH } from "./snapshot-paths.mts";

/** What a server gave of one sequence: parsed bodies by path. The snapshot is always there. */
export interface Bodies {
  readonly sequence: number;
  readonly bodies: ReadonlyMap<string, unknown>;
  /** Market time, Unix ms: what is in them was asked for before. By default that of the refresh. */
  readonly readAtMs?: number;
  /** They are of the worker that ran when the watch began; of one that was started since, it is not known what it remembers. */
  readonly isOfFirstWorker?: boolean;
}

/** The rows of all scored symbols; null where a publication came in between. The snapshot lists them all up to 20. */
export function allRowsOf(
  bodies: Bodies["bodies"],
  { confluence_scores: rows, sections }: Pick<MobileSnapshot, "confluence_scores" | "sections">,
): MobileSnapshot["confluence_scores"] | null {
  if (sections.scores.received === rows.length) {
    return rows;
  }
  const all = (bodies.get(SYMBOLS_PATH) as Pick<MobileSnapshot, "symbols"> | undefined)?.symbols;
  return Array.isArray(all) ? (all as MobileSnapshot["confluence_scores"]) : null;
}
