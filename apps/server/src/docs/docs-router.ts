import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type RequestHandler, Router } from "express";
import { refuseMethod } from "../http/json-answers.ts";
import { type PreparedFile, prepareFile, prepareOnce, sendFile } from "../http/prepared-file.ts";
import { openApiDocument } from "../openapi/openapi-document.ts";
import { JSON_TYPE, toBytes } from "../representation.ts";
import { DOCS_PAGE, DOCS_SCRIPT } from "./docs-page.ts";

const OPENAPI_PATH = "/openapi.json";
const DOCS_PATH = "/docs/";

/** What the page needs of the viewer; nothing else of its package is reachable. */
const VIEWER_FILES = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
} as const;

/** What is ours may be another one after an update; the viewer is asked for again after an hour. */
const OURS = "no-cache";
const THE_VIEWERS = "public, max-age=3600";

/**
 * `/openapi.json`, and the same for people at `/docs/`: a viewer from this server. Whoever asks first waits for what is to be
 * read and compressed; from then on all of it is in memory, 2.6 MB.
 *
 * @param pagePolicy - Sets the headers that keep a page to its own origin; the viewer's icons are data: URLs in its stylesheet.
 */
export function docsRouter(pagePolicy: RequestHandler): Router {
  const router = Router({ strict: true });
  const viewer = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const text = (content: string, type: string) => fileHandler(() => prepareFile(Buffer.from(content), type), OURS);

  router.get(
    OPENAPI_PATH,
    fileHandler(() => prepareFile(toBytes(openApiDocument()), JSON_TYPE), OURS),
  );
  router.get("/docs", (_request, response) => {
    response.redirect(308, DOCS_PATH);
  });
  router.use(DOCS_PATH, pagePolicy);
  router.get(DOCS_PATH, text(DOCS_PAGE, "text/html; charset=utf-8"));
  router.get(`${DOCS_PATH}start.js`, text(DOCS_SCRIPT, "text/javascript; charset=utf-8"));
  for (const [name, type] of Object.entries(VIEWER_FILES)) {
    const prepare = async () => prepareFile(await readFile(join(viewer, name)), type);
    router.get(DOCS_PATH + name, fileHandler(prepare, THE_VIEWERS));
  }
  const names = ["", "start.js", ...Object.keys(VIEWER_FILES)];
  router.all([OPENAPI_PATH, "/docs", ...names.map((name) => DOCS_PATH + name)], refuseMethod);
  return router;
}

/** Most processes are never asked for any of it. */
function fileHandler(prepare: () => Promise<PreparedFile>, cacheControl: string): RequestHandler {
  const prepared = prepareOnce(prepare);
  return async (request, response) => sendFile(request, response, await prepared(), cacheControl);
}
