import { z } from "zod";
import { checkScoreList, leanScoreSchema } from "./confluence-score.ts";
import type { DeepReadonly } from "./deep-readonly.ts";
import { checkSimulatedIsSaid, envelopeShape } from "./envelope.ts";
import { leaves } from "./leaves.ts";
import { missingSchema } from "./missing-reason.ts";
import { missingProblems } from "./mobile-snapshot.ts";
import { checkMoment, momentShape } from "./moment.ts";

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
    for (const { path, message } of missingProblems(leaves(document.symbols, "symbols"), document.missing)) {
      context.addIssue({ code: "custom", path: path.split("."), message });
    }
  });

export type SymbolsDocument = DeepReadonly<z.infer<typeof symbolsDocumentSchema>>;
export type LeanScore = DeepReadonly<z.infer<typeof leanScoreSchema>>;
