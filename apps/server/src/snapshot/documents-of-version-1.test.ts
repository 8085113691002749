import { confluenceAnalysisSchema, SNAPSHOT_ROUTES, SYMBOL_ROUTE_PATH } from "@pulseboard/snapshot";
import { documentsOfVersion1 } from "@pulseboard/testing/documents-of-version-1";
import { expect, it } from "vitest";
import { startTestServer } from "../testing/test-server.ts";

it("documents of version 1 of the method are served after a deploy, by every route, and as what they are", async () => {
  const { get } = await startTestServer({ origin: "simulator" }, (store) =>
    store.publish({ sequence: 7, documents: documentsOfVersion1() }),
  );
  const symbolPath = SYMBOL_ROUTE_PATH.replace("{symbol}", "BTCUSDT");
  await expect.poll(async () => (await get(symbolPath)).status).toBe(200);
  const routes = [...SNAPSHOT_ROUTES, { path: symbolPath, schema: confluenceAnalysisSchema }];
  for (const { path, schema } of routes) {
    const response = await get(path);
    const body: unknown = await response.json();
    expect(response.status, path).toBe(200);
    expect(schema.safeParse(body).error?.issues ?? [], path).toEqual([]);
    if (typeof body === "object" && body !== null && "sequence" in body) {
      // A body of the documents as they are says none, which is 1.
      expect("method_version" in body ? body.method_version : 1, path).toBe(1);
    }
  }
  const mobile = (await (await get("/api/dashboard/mobile-data")).json()) as Record<string, unknown>;
  expect(mobile).toMatchObject({ status: "success", market_regime: "Bullish: Risk-On" });
  expect(mobile.confluence_scores).toHaveLength(2);
  const alerts = (await (await get("/api/dashboard/alerts")).json()) as readonly object[];
  expect(alerts).toHaveLength(1);
  expect(alerts[0]).not.toHaveProperty("method_version");
});
