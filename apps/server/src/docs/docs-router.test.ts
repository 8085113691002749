import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { beforeAll, describe, expect, it } from "vitest";
import { createPagePolicy } from "../http/security-headers.ts";
import { docsRouter } from "./docs-router.ts";

let url = "";

beforeAll(async () => {
  const app = express();
  app.disable("etag");
  // As in front of every route: the pages have to bring a policy of their own.
  app.use((_request, response, next) => {
    response.setHeader("Content-Security-Policy", "default-src 'none'");
    next();
  });
  app.use(docsRouter(createPagePolicy(() => false)));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => {
    server.closeAllConnections();
    server.close();
  };
});

const get = (path: string, init?: RequestInit) => fetch(url + path, { redirect: "manual", ...init });

describe("/openapi.json", () => {
  it("is the description, the same bytes each time, and nothing for who has it", async () => {
    const first = await get("/openapi.json");
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    expect(await first.json()).toMatchObject({ openapi: "3.1.0", info: { title: "Pulseboard" } });
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    // Not fetch: it adds "Cache-Control: no-cache", which asks for the whole answer.
    const asked = request(`${url}/openapi.json`, { headers: { "If-None-Match": `"other", ${etag}` } });
    asked.end();
    const [again] = await once(asked, "response");
    expect(again.statusCode).toBe(304);
    expect(again.headers["content-length"]).toBeUndefined();
    again.resume();
  });
});

describe("/docs", () => {
  it("leads to the page", async () => {
    const answer = await get("/docs");
    expect(answer.status).toBe(308);
    expect(answer.headers.get("location")).toBe("/docs/");
  });

  it("has a policy that allows nothing inline, nothing from elsewhere and no frames", async () => {
    const page = await get("/docs/");
    expect(page.status).toBe(200);
    const policy = new Map(
      (page.headers.get("content-security-policy") ?? "").split(";").map((rule) => {
        const [name = "", ...sources] = rule.split(" ");
        return [name, sources.join(" ")] as const;
      }),
    );
    expect(Object.fromEntries(policy)).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
    });
    expect([...policy.values()].join(" ")).not.toMatch(/unsafe|http|\*/);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|https?:/i);
  });

  it("has everything that the page refers to, each with its type", async () => {
    const html = await (await get("/docs/")).text();
    const references = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, reference]) => reference ?? "");
    expect(references).toHaveLength(5);
    const types: Record<string, string | null> = {};
    for (const reference of references) {
      const { pathname } = new URL(reference, `${url}/docs/`);
      const answer = await get(pathname);
      expect(answer.status, pathname).toBe(200);
      expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
      types[pathname] = answer.headers.get("content-type");
    }
    expect(types).toEqual({
      "/docs/favicon-32x32.png": "image/png",
      "/docs/swagger-ui.css": "text/css; charset=utf-8",
      "/openapi.json": "application/json; charset=utf-8",
      "/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
      "/docs/start.js": "text/javascript; charset=utf-8",
    });
  });

  it.each([
    "/docs/index.html",
    "/docs/package.json",
    "/docs/swagger-ui-bundle.js.map",
    "/docs/..%2fpackage.json",
    "/docs/%2e%2e/%2e%2e/package.json",
    "/docs/start.js/",
    "/openapi.json/",
  ])("has nothing else of the package: %s", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each(["/openapi.json", "/docs", "/docs/", "/docs/start.js", "/docs/swagger-ui.css"])(
    "%s is only read",
    async (path) => {
      const answer = await get(path, { method: "DELETE" });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
      expect((await get(path, { method: "OPTIONS" })).status).toBe(204);
      expect((await get(path, { method: "HEAD" })).status).toBeLessThan(400);
    },
  );
});
