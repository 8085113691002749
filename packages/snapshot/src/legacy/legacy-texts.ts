import { describeIssues } from "../shared/describe-issues.ts";
import { LEGACY_BREADTH } from "./legacy-breadth.ts";
import type { LegacyKey, LegacySource } from "./legacy-key.ts";
import { LEGACY_MOVERS } from "./legacy-movers.ts";
import { LEGACY_OVERVIEW } from "./legacy-overview.ts";
import { LEGACY_SIGNALS } from "./legacy-signals.ts";

/** The keys that programs of the system before read in Redis and memcached. */
export const LEGACY_KEYS: readonly LegacyKey[] = [LEGACY_OVERVIEW, LEGACY_BREADTH, LEGACY_MOVERS, LEGACY_SIGNALS];

export interface LegacyTexts {
  /** By key, the JSON text of each that is whole. */
  readonly texts: ReadonlyMap<string, string>;
  /** By key, what each of the others lacks. */
  readonly lacking: ReadonlyMap<string, string>;
}

/** What one refresh has for the programs of the system before. */
export function legacyTexts(documents: LegacySource): LegacyTexts {
  const texts = new Map<string, string>();
  const lacking = new Map<string, string>();
  for (const legacyKey of LEGACY_KEYS) {
    const body = legacyKey.project(documents);
    const lacks = lackOf(legacyKey, documents, body);
    if (lacks === null) {
      texts.set(legacyKey.key, JSON.stringify(body));
    } else {
      lacking.set(legacyKey.key, lacks);
    }
  }
  return { texts, lacking };
}

function lackOf({ sections, schema }: LegacyKey, { snapshot }: LegacySource, body: object): string | null {
  const old = sections.find((name) => snapshot.sections[name].stale);
  if (old !== undefined) {
    return `section ${old} is stale`;
  }
  const parsed = schema.safeParse(body);
  return parsed.success ? null : describeIssues(parsed.error.issues);
}
