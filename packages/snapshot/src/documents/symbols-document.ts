import { z } from "zod";
import type { DeepReadonly } from "../shared/deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "../shared/envelope.ts";
import { missingSchema } from "../shared/missing-reason.ts";
import { checkMoment, momentShape } from "../shared/moment.ts";
import { checkScoreList, leanScoreSchema } from "./confluence-score.ts";
import { figurePaths } from "./figures.ts";
import { missingProblems } from "./mobile-snapshot.ts";

/** `mobile:symbols`: every scored symbol of the same refresh, without rules and sentences, highest score first. */
export const symbolsDocumentSchema = z
  .object({
    ...envelopeShape,
    ...momentShape,
    /** "symbols.BTCUSDT.components.orderflow" -> reason. */
    missing: missingSchema,
    symbols: z.array(leanScoreSchema),
  })
  .superRefine((document, context) => {
    checkSimulatedIsSaid(document, context);
    checkMoment(document, context);
    checkScoreList(document.symbols, "symbols", context);
    for (const { path, message } of missingProblems(figurePaths(document.symbols, "symbols"), document.missing)) {
      context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });

export type SymbolsDocument = DeepReadonly<z.infer<typeof symbolsDocumentSchema>>;
export type LeanScore = DeepReadonly<z.infer<typeof leanScoreSchema>>;
