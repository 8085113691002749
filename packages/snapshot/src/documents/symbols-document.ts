import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { missingSchema } from "../shared/missing-reason.ts";
import { checkMoment, momentShape } from "../shared/moment.ts";
import { checkScoreList, leanScoreSchema } from "./confluence-score.ts";
import { figurePaths } from "./figures.ts";
import { missingProblems } from "./mobile-snapshot.ts";

const aroundRowsShape = {
  ...envelopeShape,
  ...momentShape,
  /** "symbols.BTCUSDT.components.orderflow" -> reason. */
  missing: missingSchema,
};

/** `mobile:symbols`: every scored symbol of the same refresh, without rules and sentences, highest score first. */
export const symbolsDocumentSchema = z
  .object({ ...aroundRowsShape, symbols: z.array(leanScoreSchema) })
  .superRefine((document, context) => {
    checkAroundRows(document, context);
    for (const { path, message } of missingProblems(figurePaths(document.symbols, "symbols"), document.missing)) {
      context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });

/** The same for a writer that has checked each row, and given each null of it a reason, already. */
export const symbolsAroundRowsSchema = z
  .object({ ...aroundRowsShape, symbols: z.array(z.custom<LeanScore>()) })
  .superRefine(checkAroundRows);

function checkAroundRows(
  document: z.infer<z.ZodObject<typeof aroundRowsShape>> & { readonly symbols: readonly LeanScore[] },
  context: z.RefinementCtx,
): void {
  checkSimulatedIsSaid(document, context);
  checkMoment(document, context);
  checkScoreList(document, document.symbols, "symbols", context);
}

export type SymbolsDocument = DeepReadonly<z.infer<typeof symbolsDocumentSchema>>;
export type LeanScore = DeepReadonly<z.infer<typeof leanScoreSchema>>;
