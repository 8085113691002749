import { expect, it } from "vitest";
import type { HttpClient } from "../operator/http-client.ts";
import { lookAtRoutes } from "./routes-look.ts";

it("asks for a symbol of which half a character came", async () => {
  const asked: string[] = [];
  const bodies: Readonly<Record<string, unknown>> = {
    "/api/dashboard/mobile-data": { confluence_scores: [{ symbol: "A\ud800" }] },
    "/openapi.json": {
      paths: {
        "/symbol/{symbol}": { get: { responses: { 200: { content: { "application/json": { schema: {} } } } } } },
      },
    },
  };
  const ask: HttpClient["ask"] = async (path) => {
    asked.push(path);
    return { status: 200, headers: {}, body: bodies[path], tookMs: 1 };
  };
  await lookAtRoutes({ address: { base: "", headers: {} }, ask });
  expect(asked).toContain("/symbol/A%EF%BF%BD");
});
