import { describe, expect, it } from "vitest";
import { describedRoutes } from "./api-description.ts";

const json = (schema: unknown) => ({ content: { "application/json": { schema } } });
const DOCUMENT = {
  openapi: "3.1.0",
  info: { title: "x", version: "1" },
  paths: {
    "/api/market": { get: { responses: { 200: json({ $ref: "#/components/schemas/Market" }) } } },
    "/a~b/{symbol}": { get: { responses: { 200: json({ type: "array" }) } } },
    "/ws": { get: { responses: { 101: { description: "a WebSocket" } } } },
    "/api/device": { post: { responses: { 200: json({ type: "object" }) } } },
  },
  components: {
    schemas: {
      Market: {
        type: "object",
        required: ["price", "at"],
        properties: { price: { type: ["number", "null"] }, at: { type: "string", format: "date-time" } },
      },
    },
  },
};

describe("the described routes", () => {
  const routes = new Map(describedRoutes(DOCUMENT).map(({ path, problemWith }) => [path, problemWith]));

  it("are those that answer a GET with JSON", () => {
    expect([...routes.keys()]).toEqual(["/api/market", "/a~b/{symbol}"]);
  });

  it.each<[unknown, string | null]>([
    [{ price: 1, at: "2025-06-10T12:00:00Z", added: "later" }, null],
    [{ price: null, at: "2025-06-10T12:00:00.123+02:00" }, null],
    [{ price: "1", at: "2025-06-10T12:00:00Z" }, "/price must be number,null"],
    [{ price: 1 }, " must have required property 'at'"],
    [{ price: 1, at: "10 June" }, '/at must match format "date-time"'],
    [{ price: 1, at: "2025-13-10T12:00:00Z" }, '/at must match format "date-time"'],
    [[], " must be object"],
    [undefined, " must be object"],
  ])("tell whether a body is as described: %j", (body, problem) => {
    expect(routes.get("/api/market")?.(body)).toBe(problem);
  });

  it("say so of a body that is too deep to be compared", () => {
    const schemas = { Market: { type: "array", items: { $ref: "#/components/schemas/Market" } } };
    const [route] = describedRoutes({ ...DOCUMENT, components: { schemas } });
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(route?.problemWith(deep)).toMatch("cannot be compared: Maximum call stack size exceeded");
  });

  it("are not more than can be asked", () => {
    const paths = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`/${n}`, {}]));
    expect(() => describedRoutes({ ...DOCUMENT, paths })).toThrow("it has 10000 paths, more than 300");
  });

  it("say so of a pattern that would be tried for years, and are then at an end with their time", () => {
    const schemas = { Market: { type: "string", pattern: "^(a+)+$" } };
    const [route] = describedRoutes({ ...DOCUMENT, components: { schemas } }, 100);
    const body = `${"a".repeat(60)}!`;
    expect(route?.problemWith(body)).toBe(" cannot be compared: it takes longer than 0.1 s");
    expect(route?.problemWith(body)).toBe(" cannot be compared: it takes longer than 0.001 s");
  });

  it.each([undefined, [], {}, { paths: [] }])("cannot be read from %j", (document) => {
    expect(() => describedRoutes(document)).toThrow("it is no OpenAPI document");
  });

  it("cannot be read where a schema is missing", () => {
    expect(() => describedRoutes({ ...DOCUMENT, components: {} })).toThrow("can't resolve reference");
  });
});
