import type { Missing, MissingReason } from "../shared/missing-reason.ts";
import { MAX_SYMBOLS_BYTES, utf8Bytes } from "../shared/sizes.ts";
import { finish, type Steps } from "../shared/steps.ts";
import { byScore, checkRows, envelopeOf, momentOf, validated } from "./building.ts";
import { leanScoreSchema } from "./confluence-score.ts";
import { figurePaths } from "./figures.ts";
import { withPrefix } from "./missing-paths.ts";
import type { ConfluenceScore } from "./mobile-snapshot.ts";
import { reasonsFor } from "./reasons.ts";
import { SnapshotBuildError } from "./snapshot-build-error.ts";
import type { SnapshotFields } from "./snapshot-fields.ts";
import { type LeanScore, type SymbolsDocument, symbolsAroundRowsSchema } from "./symbols-document.ts";

const KEY = "mobile:symbols";
const ROWS_IN_A_STEP = 25;
/** How many points of each score's history are tried, until the document is short enough. */
const HISTORY_POINTS = [24, 12, 6, 0];

/**
 * Builds `mobile:symbols` from the same fields: every scored symbol, lean, highest score first. If the text gets too long, the
 * histories of the scores are shorter, because readers would refuse it.
 *
 * @throws SnapshotBuildError as `buildSnapshot`.
 */
export function buildSymbolsDocument(fields: SnapshotFields): SymbolsDocument {
  return finish(symbolsSteps(fields));
}

/** The same in steps: with hundreds of symbols its rows take long to check. */
export function* symbolsSteps(fields: SnapshotFields): Steps<SymbolsDocument> {
  const symbols = [...fields.confluence_scores].sort(byScore).map(leanRow);
  const missing: Record<string, MissingReason> = {};
  for (let start = 0; start < symbols.length; start += ROWS_IN_A_STEP) {
    Object.assign(missing, reasonsOfRows(symbols.slice(start, start + ROWS_IN_A_STEP), fields.missing));
    yield;
  }
  yield* checkRows(leanScoreSchema, symbols, { key: KEY, name: "symbols", inAStep: ROWS_IN_A_STEP });
  for (const points of HISTORY_POINTS) {
    const document: SymbolsDocument = {
      ...envelopeOf(fields),
      ...momentOf(fields),
      missing,
      symbols: symbols.map((row) => withHistory(row, points)),
    };
    const bytes = utf8Bytes(JSON.stringify(document));
    yield;
    if (bytes <= MAX_SYMBOLS_BYTES) {
      return validated(symbolsAroundRowsSchema, document, KEY);
    }
  }
  throw new SnapshotBuildError(`${KEY} is longer than ${MAX_SYMBOLS_BYTES} bytes`);
}

function leanRow({ sub_components: _rules, interpretations: _sentences, ...lean }: ConfluenceScore): LeanScore {
  return lean;
}

function reasonsOfRows(rows: readonly LeanScore[], given: Missing): Missing {
  return withPrefix(reasonsFor(figurePaths(rows, "confluence_scores"), given), "confluence_scores.", "symbols.");
}

function withHistory(row: LeanScore, points: number): LeanScore {
  const { score_history, score_history_at } = row;
  const begin = Math.max(0, score_history.length - points);
  return begin === 0
    ? row
    : { ...row, score_history: score_history.slice(begin), score_history_at: score_history_at.slice(begin) };
}
