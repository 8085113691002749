import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { type RequestHandler, type Response, Router } from "express";
import { refuseMethod } from "../http/json-answers.ts";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { DOCS_PAGE, DOCS_SCRIPT } from "./docs-page.ts";

const OPENAPI_PATH = "/openapi.json";
const DOCS_PATH = "/docs/";

/** What the page needs of the viewer; nothing else of its package is reachable. */
const VIEWER_FILES = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

const HOUR_MS = 3_600_000;

/**
 * `/openapi.json`, and the same for people at `/docs/`: a viewer from this server.
 *
 * @param pagePolicy - Sets the headers that keep a page to its own origin; the viewer's icons are data: URLs in its stylesheet.
 */
export function docsRouter(pagePolicy: RequestHandler): Router {
  const router = Router({ strict: true });
  const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

  router.get(OPENAPI_PATH, openApiHandler());
  router.get("/docs", (_request, response) => {
    response.redirect(308, DOCS_PATH);
  });
  router.use(DOCS_PATH, pagePolicy);
  router.get(DOCS_PATH, (_request, response) => {
    sendText(response, "text/html; charset=utf-8", DOCS_PAGE);
  });
  router.get(`${DOCS_PATH}start.js`, (_request, response) => {
    sendText(response, "text/javascript; charset=utf-8", DOCS_SCRIPT);
  });
  for (const [name, type] of Object.entries(VIEWER_FILES)) {
    router.get(DOCS_PATH + name, (_request, response, next) => {
      response.setHeader("Content-Type", type);
      response.sendFile(name, { root: viewer, maxAge: HOUR_MS }, (error) => {
        // Who goes away in the middle is no defect of ours.
        if (error !== undefined && !response.headersSent) next(error);
      });
    });
  }
  const names = ["", "start.js", ...Object.keys(VIEWER_FILES)];
  router.all([OPENAPI_PATH, "/docs", ...names.map((name) => DOCS_PATH + name)], refuseMethod);
  return router;
}

/** Made when first asked for: it takes a moment, and most processes are never asked. */
function openApiHandler(): RequestHandler {
  let made: { readonly bytes: Buffer; readonly etag: string } | null = null;
  return (request, response) => {
    if (made === null) {
      const bytes = Buffer.from(JSON.stringify(openApiDocument()));
      made = { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"` };
    }
    response.setHeader("ETag", made.etag);
    response.setHeader("Cache-Control", "no-cache");
    if (request.fresh) {
      response.status(304).end();
      return;
    }
    response.setHeader("Content-Type", "application/json; charset=utf-8");
    response.setHeader("Content-Length", made.bytes.length);
    response.end(made.bytes);
  };
}

function sendText(response: Response, type: string, text: string): void {
  response.setHeader("Content-Type", type);
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.end(text);
}
