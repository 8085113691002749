import { z } from "zod";
import { alertSchema } from "../documents/alerts-document.ts";
import { confluenceScoreSchema, leanScoreSchema } from "../documents/confluence-score.ts";
import { marketBreadthSchema, marketOverviewSchema } from "../documents/market-overview.ts";
import { opportunitySchema } from "../documents/opportunity.ts";
import { outlookGatesSchema } from "../documents/outlook.ts";
import { perpsSchema } from "../documents/perps.ts";
import { recordHorizonSchema } from "../documents/record-document.ts";
import { sectionsSchema } from "../documents/sections.ts";
import { staleReasonSchema } from "../documents/stale-reason.ts";
import { topMoversSchema } from "../documents/top-movers.ts";
import { missingSchema } from "../shared/missing-reason.ts";
import { confluenceAnalysisErrorSchema, confluenceAnalysisSchema } from "./confluence-analysis.ts";
import { HISTORY_ROUTES, historyErrorSchema } from "./history-routes.ts";
import { SNAPSHOT_ROUTES } from "./routes.ts";

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 uses it. */
type JsonSchema = Readonly<Record<string, unknown>>;

export interface JsonSchemas {
  /** By name; they refer to each other. */
  readonly components: Readonly<Record<string, JsonSchema>>;
  /** The reference to the schema of a body. */
  readonly refTo: (schema: z.ZodType) => { readonly $ref: string };
}

/** Schemas that several bodies share. */
const SHARED = {
  Alert: alertSchema,
  ConfluenceScore: confluenceScoreSchema,
  LeanScore: leanScoreSchema,
  MarketBreadth: marketBreadthSchema,
  MarketOverviewSection: marketOverviewSchema,
  Missing: missingSchema,
  OutlookGates: outlookGatesSchema,
  Opportunity: opportunitySchema,
  Perps: perpsSchema,
  RecordHorizon: recordHorizonSchema,
  Sections: sectionsSchema,
  StaleReason: staleReasonSchema,
  TopMovers: topMoversSchema,
} as const;

/**
 * The schemas of every route's body and error as JSON Schema.
 *
 * @param prefix - Of references, "#/components/schemas/".
 */
export function jsonSchemas(prefix: string): JsonSchemas {
  const names = new Map<z.ZodType, string>();
  const register = (schema: z.ZodType, name: string) => {
    if (!names.has(schema)) {
      names.set(schema, name);
    }
  };
  for (const [name, schema] of Object.entries(SHARED)) {
    register(schema, name);
  }
  for (const { name, schema, errorSchema } of SNAPSHOT_ROUTES) {
    const title = titleOf(name);
    register(schema, title);
    register(errorSchema, `${title}Error`);
  }
  register(confluenceAnalysisSchema, "ConfluenceAnalysis");
  register(confluenceAnalysisErrorSchema, "ConfluenceAnalysisError");
  for (const { name, schema } of HISTORY_ROUTES) {
    register(schema, titleOf(name));
  }
  register(historyErrorSchema, "HistoryError");

  const registry = z.registry<{ id: string }>();
  for (const [schema, id] of names) {
    registry.add(schema, { id });
  }
  const { schemas } = z.toJSONSchema(registry, {
    uri: (id) => prefix + id,
    // The schema for readers: a newer server may add fields.
    io: "input",
    override: ({ jsonSchema }) => {
      // For integers, zod adds the bounds of exact arithmetic, which tell a reader nothing.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
        delete jsonSchema.maximum;
      }
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) {
        delete jsonSchema.minimum;
      }
      // Letters of any script need a flag that some validators do not set: they would refuse every name.
      if (jsonSchema.pattern?.includes("\\p{")) {
        delete jsonSchema.pattern;
      }
    },
  });
  const components = Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [
    name,
    schema,
  ]);
  return {
    components: Object.fromEntries(components),
    refTo: (schema) => {
      const name = names.get(schema);
      if (name === undefined) {
        throw new TypeError("the schema belongs to no route");
      }
      return { $ref: prefix + name };
    },
  };
}

function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
