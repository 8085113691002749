import { z } from "zod";
import { daysDocumentSchema } from "../documents/days-document.ts";
import { DAYS_KEY, historyKey, RECORD_KEY } from "../documents/keys.ts";
import { parseDays, parseRecord, parseSymbolHistory } from "../documents/parse.ts";
import type { Refused } from "../documents/parse-document.ts";
import { recordDocumentSchema } from "../documents/record-document.ts";
import { symbolHistorySchema } from "../documents/symbol-history-document.ts";
import { exampleDays, exampleHistory } from "../example/example-histories.ts";
import { exampleRecord } from "../example/example-record.ts";
import { type ErrorHead, errorHeadOf, errorShape, type Failure } from "./body-head.ts";

/** The fields by which a reader of any document with a publication of its own knows it. */
interface HistoryEnvelope {
  readonly sequence: number;
  readonly origin: string;
}

type ReadHistory = { readonly ok: true; readonly document: HistoryEnvelope } | Refused;

/** A route whose body is a document with a publication of its own, as it is stored, after `status`. */
export interface HistoryRoute {
  /** With `{symbol}` where there is one for each scored symbol. */
  readonly path: string;
  readonly name: string;
  /** One sentence about the body. */
  readonly summary: string;
  readonly schema: z.ZodType;
  /** A made-up document. */
  readonly example: () => object;
  /** The document's key; `symbol` is "" where the route has none. */
  readonly keyOf: (symbol: string) => string;
  /** Reads and checks the document's text. Never throws. */
  readonly read: (text: string, symbol: string) => ReadHistory;
}

const success = { status: z.literal("success") };
const daysBodySchema = z.object({ ...success, ...daysDocumentSchema.shape });
const recordBodySchema = z.object({ ...success, ...recordDocumentSchema.shape });
const symbolHistoryBodySchema = z.object({ ...success, ...symbolHistorySchema.shape });

/** The error body of these routes. */
export const historyErrorSchema = z.object(errorShape);

/** The error body of these routes. */
export function historyError(failure: Failure): ErrorHead {
  return errorHeadOf(failure);
}

/** The body while the document is still read, or was not published yet. */
export const HISTORY_WARMING = {
  code: "history_warming",
  message: "The history is still being read. Try again in a few seconds.",
} as const;

/** The body of a document as it was read: one of the schema's previous version has been brought to this one. */
export function historyBody(document: object): string {
  return JSON.stringify({ status: "success", ...document });
}

/** Every route of a document with a publication of its own. */
export const HISTORY_ROUTES: readonly HistoryRoute[] = [
  {
    path: "/api/days",
    name: "days",
    summary: "Prices and scores of the last 24 h of every scored symbol, a point for each half hour; gaps are null.",
    schema: daysBodySchema,
    example: exampleDays,
    keyOf: () => DAYS_KEY,
    read: (text) => {
      const parsed = parseDays(text);
      return parsed.ok ? { ok: true, document: parsed.days } : parsed;
    },
  },
  {
    path: "/api/record",
    name: "record",
    summary: "What came of the scores: returns against the market's median after 1, 4 and 24 h, computed once a day.",
    schema: recordBodySchema,
    example: exampleRecord,
    keyOf: () => RECORD_KEY,
    read: (text) => {
      const parsed = parseRecord(text);
      return parsed.ok ? { ok: true, document: parsed.record } : parsed;
    },
  },
  {
    path: "/api/history/{symbol}",
    name: "symbolHistory",
    summary: "Price, score and relative score of one symbol over 6 h, 24 h, 7 days and 90 days; gaps are null.",
    schema: symbolHistoryBodySchema,
    example: exampleHistory,
    keyOf: historyKey,
    read: (text, symbol) => {
      const parsed = parseSymbolHistory(text);
      if (!parsed.ok) {
        return parsed;
      }
      const { history } = parsed;
      const problem = `the history is of ${history.symbol}`;
      return history.symbol === symbol ? { ok: true, document: history } : { ok: false, problem };
    },
  },
];
