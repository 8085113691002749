import {
  confluenceAnalysisErrorSchema,
  confluenceAnalysisSchema,
  HISTORY_ROUTES,
  SNAPSHOT_ROUTES,
  SYMBOL_ROUTE_PATH,
} from "@pulseboard/snapshot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readiness } from "../snapshot/readiness.ts";
import type { Reason } from "../snapshot/reasons.ts";
import { type OpenApiDocument, openApiDocument } from "./openapi-document.ts";

type Json = Record<string, unknown>;

/** The description as a client gets it. */
const document = JSON.parse(JSON.stringify(openApiDocument("0.1.0"))) as OpenApiDocument;

/** Every object below a value, with its path. */
function* objectsOf(value: unknown, path = "#"): Generator<readonly [path: string, object: Json]> {
  if (typeof value !== "object" || value === null) {
    return;
  }
  if (!Array.isArray(value)) {
    yield [path, value as Json];
  }
  for (const [name, member] of Object.entries(value)) {
    yield* objectsOf(member, `${path}/${name}`);
  }
}

/** Every example of every response, with its place and its schema. */
function examples() {
  const found: { where: string; schema: Json; value: unknown }[] = [];
  for (const [path, object] of objectsOf(document.paths, "")) {
    if (!path.endsWith("/application/json")) {
      continue;
    }
    for (const [name, example] of Object.entries(object.examples as Json)) {
      found.push({ where: `${path} ${name}`, schema: object.schema as Json, value: (example as Json).value });
    }
  }
  return found;
}

/** A validator made from the JSON Schema alone, as a client would make it, with references resolved. */
function validator(schema: unknown): z.ZodType {
  return z.fromJSONSchema({ ...(schema as object), $defs: definitions } as Parameters<typeof z.fromJSONSchema>[0]);
}
const asDefinitions = (schema: unknown): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll("#/components/schemas/", "#/$defs/"));
const definitions = asDefinitions(document.components.schemas);

describe("the description of the API", () => {
  it("has every route of the contract", () => {
    const routes = [...SNAPSHOT_ROUTES, ...HISTORY_ROUTES].map(({ path }) => path);
    const paths = [...routes, SYMBOL_ROUTE_PATH, "/healthz", "/readyz", "/ws"];
    expect(Object.keys(document.paths).toSorted()).toEqual(paths.toSorted());
  });

  it("has no broken reference and no unused schema", () => {
    const names = [...objectsOf(document)].flatMap(([, { $ref }]) => (typeof $ref === "string" ? [$ref] : []));
    const used = new Set(names.map((name) => name.replace("#/components/schemas/", "")));
    expect([...used].toSorted()).toEqual(Object.keys(document.components.schemas).toSorted());
  });

  it("names each operation once, and each parameter of a path", () => {
    const operations = [...objectsOf(document.paths)].flatMap(([, { operationId }]) => operationId ?? []);
    expect(new Set(operations).size).toBe(operations.length);
    expect(operations).toHaveLength(Object.keys(document.paths).length);
    for (const [path, item] of Object.entries(document.paths)) {
      const parameters = ((item as { get: { parameters?: { name: string }[] } }).get.parameters ?? []).map(
        ({ name }) => name,
      );
      expect(parameters).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it("declares no dialect in its schemas, so that the document's own applies", () => {
    const said = [...objectsOf(document.components)].filter(([, object]) => "$schema" in object || "$id" in object);
    expect(said).toEqual([]);
  });

  it("stays small enough to be read on a phone", () => {
    expect(JSON.stringify(document).length).toBeLessThan(256 * 1024);
  });
});

describe("the examples", () => {
  it("exist for each response with a body", () => {
    expect(examples().length).toBeGreaterThan(25);
  });

  it.each(examples().map((example) => [example.where, example] as const))(
    "%s validates",
    (_where, { schema, value }) => {
      expect(validator(asDefinitions(schema)).safeParse(value).error?.issues ?? []).toEqual([]);
    },
  );

  it.each(examples().map((example) => [example.where, example] as const))(
    "%s would not validate empty",
    (_where, { schema }) => {
      expect(validator(asDefinitions(schema)).safeParse({}).success).toBe(false);
    },
  );

  it("validate against the schemas that the server itself checks with", () => {
    const bodyOf = (path: string) =>
      examples().find(({ where }) => where.startsWith(`/${path}/`) && where.endsWith(" snapshot"))?.value;
    for (const { path, schema } of SNAPSHOT_ROUTES) {
      expect(schema.safeParse(bodyOf(path)).error?.issues ?? [], path).toEqual([]);
    }
    expect(confluenceAnalysisSchema.safeParse(bodyOf(SYMBOL_ROUTE_PATH)).success).toBe(true);
    const notScored = examples().find(({ where }) => where.endsWith(" not_scored"))?.value;
    expect(confluenceAnalysisErrorSchema.safeParse(notScored).success).toBe(true);
  });

  it("show a real readiness", () => {
    const noSnapshot: Reason = { code: "no_snapshot", since: "2025-06-10T12:00:00.000Z", until: null };
    const real = readiness(
      { loaded: null, ageMs: null, reasons: [noSnapshot] },
      { version: "0.1.0", commit: "a1b2c3d" },
    );
    expect(examples().find(({ where }) => where.endsWith(" not_ready"))?.value).toEqual(real);
  });
});
