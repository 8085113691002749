import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import express from "express";
import { beforeAll, describe, expect, it } from "vitest";
import { createPagePolicy } from "../http/security-headers.ts";
import { DOCS_VIEWER } from "../testing/package-folders.ts";
import { docsRouter } from "./docs-router.ts";

let url = "";

beforeAll(async () => {
  const app = express();
  app.disable("etag");
  // As in front of every route: the pages must replace this policy with their own.
  app.use((_request, response, next) => {
    response.setHeader("Content-Security-Policy", "default-src 'none'");
    next();
  });
  app.use(
    docsRouter({
      version: "1.2.3",
      viewerDirectory: DOCS_VIEWER,
      pagePolicy: createPagePolicy(({ headers }) => headers["x-forwarded-proto"] === "https"),
    }),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return () => {
    server.closeAllConnections();
    server.close();
  };
});

const get = (path: string, init?: RequestInit) => fetch(url + path, { redirect: "manual", ...init });

/** The response as it comes over the wire; fetch would decompress it. */
async function getRaw(path: string, headers: Record<string, string>) {
  const asked = request(url + path, { headers });
  asked.end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
}

describe("/openapi.json", () => {
  it("serves the description, the same bytes each time, and 304 to clients that have it", async () => {
    const first = await get("/openapi.json");
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    expect(await first.json()).toMatchObject({ openapi: "3.1.0", info: { title: "Pulseboard" } });
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const accepted = { "accept-encoding": first.headers.get("content-encoding") ?? "identity" };
    const again = await getRaw("/openapi.json", { ...accepted, "if-none-match": `"other", ${etag}` });
    expect(again.status).toBe(304);
    expect(again.headers["content-length"]).toBeUndefined();
  });
});

describe("/docs", () => {
  it("redirects to the page", async () => {
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

  it("serves every file that the page refers to, each with its type", async () => {
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

  it("serves each file in the coding that the client prefers, each with its own tag, and 304 to clients that have it", async () => {
    const path = "/docs/swagger-ui-bundle.js";
    const plain = Buffer.from(await (await get(path, { headers: { "accept-encoding": "identity" } })).arrayBuffer());
    const tags = new Set<string>();
    for (const [coding, decode] of [
      ["gzip", gunzipSync],
      ["br", brotliDecompressSync],
    ] as const) {
      const answer = await getRaw(path, { "accept-encoding": coding });
      expect(answer.headers).toMatchObject({ "content-encoding": coding, vary: "Accept-Encoding" });
      expect(answer.body.length).toBeLessThan(plain.length / 3);
      expect(decode(answer.body).equals(plain)).toBe(true);
      tags.add(answer.headers.etag ?? "");
      const known = { "accept-encoding": coding, "if-none-match": answer.headers.etag ?? "" };
      expect(await getRaw(path, known)).toMatchObject({ status: 304, body: Buffer.alloc(0) });
    }
    expect(tags.size).toBe(2);
    expect((await getRaw(path, { "accept-encoding": "identity;q=0" })).status).toBe(406);
  });

  it.each(["/docs/", "/docs/swagger-ui.css"])(
    "%s tells browsers to use only TLS when it came over TLS",
    async (path) => {
      const headersWith = async (proto: string) =>
        (await get(path, { headers: { "x-forwarded-proto": proto } })).headers.get("strict-transport-security");
      expect(await headersWith("https")).toBe("max-age=31536000");
      expect(await headersWith("http")).toBeNull();
    },
  );

  it.each([
    "/docs/index.html",
    "/docs/package.json",
    "/docs/swagger-ui-bundle.js.map",
    "/docs/..%2fpackage.json",
    "/docs/%2e%2e/%2e%2e/package.json",
    "/docs/start.js/",
    "/openapi.json/",
  ])("serves nothing else of the package: %s", async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  it.each(["/openapi.json", "/docs", "/docs/", "/docs/start.js", "/docs/swagger-ui.css"])(
    "%s can only be read",
    async (path) => {
      const answer = await get(path, { method: "DELETE" });
      expect(answer.status).toBe(405);
      expect(answer.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
      expect((await get(path, { method: "OPTIONS" })).status).toBe(204);
      expect((await get(path, { method: "HEAD" })).status).toBeLessThan(400);
    },
  );
});
