import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lazy } from "@pulseboard/runtime";
import { type RequestHandler, Router } from "express";
import { refuseMethod } from "../http/json-responses.ts";
import { prepareFile } from "../http/prepared-file.ts";
import { JSON_TYPE, toJsonBytes } from "../http/prepared-response.ts";
import { FOR_RARE_READERS } from "../http/representation.ts";
import { DOCS_PAGE, DOCS_SCRIPT } from "./docs-page.ts";
import { openApiDocument } from "./openapi-document.ts";

const OPENAPI_PATH = "/openapi.json";
const DOCS_PATH = "/docs/";

/** The files of the API viewer that the page needs; nothing else of its package is served. */
const VIEWER_FILES = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/** Our own files may change with an update; the viewer's may be kept for an hour. */
const OURS = "no-cache";
const VIEWERS = "public, max-age=3600";

export interface DocsOptions {
  /** Of the program, for the description. */
  readonly version: string;
  /** The folder of the viewer's files. */
  readonly viewerDirectory: string;
  /** Sets the headers that keep a page to its own origin; the viewer's icons are data: URLs in its stylesheet. */
  readonly pagePolicy: RequestHandler;
}

/**
 * Creates the router of `/openapi.json`, and of the page at `/docs/` that shows it to people. A file is read and compressed with the
 * first request for it, which most processes never get, and then kept: 2.6 MB for all of them.
 */
export function docsRouter({ version, viewerDirectory, pagePolicy }: DocsOptions): Router {
  const router = Router({ strict: true });
  const text = (content: string, type: string) => fileHandler(() => Buffer.from(content), type, OURS);

  router.get(
    OPENAPI_PATH,
    fileHandler(() => toJsonBytes(openApiDocument(version)), JSON_TYPE, OURS),
  );
  router.get("/docs", (_request, response) => {
    response.redirect(308, DOCS_PATH);
  });
  router.use(DOCS_PATH, pagePolicy);
  router.get(DOCS_PATH, text(DOCS_PAGE, "text/html; charset=utf-8"));
  router.get(`${DOCS_PATH}start.js`, text(DOCS_SCRIPT, "text/javascript; charset=utf-8"));
  for (const [name, type] of Object.entries(VIEWER_FILES)) {
    const handler = fileHandler(() => readFile(join(viewerDirectory, name)), type, VIEWERS);
    router.get(DOCS_PATH + name, handler);
  }
  const names = ["", "start.js", ...Object.keys(VIEWER_FILES)];
  router.all([OPENAPI_PATH, "/docs", ...names.map((name) => DOCS_PATH + name)], refuseMethod);
  return router;
}

function fileHandler(read: () => Buffer | Promise<Buffer>, type: string, cacheControl: string): RequestHandler {
  const file = lazy(async () => prepareFile(await read(), { type, cacheControl, compression: FOR_RARE_READERS }));
  return async (request, response) => {
    const send = await file.get();
    send(request, response);
  };
}
