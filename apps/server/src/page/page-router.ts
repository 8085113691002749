import { type Request, type RequestHandler, type Response, Router } from "express";
import { chooseCoding } from "../http/accept-encoding.ts";
import { matchesEtag } from "../http/entity-tag.ts";
import { refuseMethod, sendError } from "../http/json-answers.ts";
import { OPENS_OFFLINE, PAGE_PATH, type PageFile } from "./page-files.ts";

/** The page's files by path; null where it has not been built. */
export type PageFiles = ReadonlyMap<string, PageFile> | null;

/**
 * The phone page at `/mobile`, its files below, and the way there from `/`. Whatever else is asked for is left to the next.
 *
 * @param pagePolicy - Sets the headers that keep a page to its own origin.
 */
export function pageRouter(files: PageFiles, pagePolicy: RequestHandler): RequestHandler {
  const router = Router({ strict: true, caseSensitive: true });
  const toPage = ["/", `${PAGE_PATH}/`];
  router.get(toPage, (_request, response) => {
    // As far as the page itself: who types the address without a connection gets there too.
    response.setHeader("Cache-Control", OPENS_OFFLINE);
    response.redirect(307, PAGE_PATH);
  });
  router.all(toPage, refuseMethod);
  router.use(PAGE_PATH, pagePolicy);
  router.use(async (request, response, next) => {
    const { path, method } = request;
    const file = files?.get(path);
    if (file === undefined && path !== PAGE_PATH) next();
    else if (method !== "GET" && method !== "HEAD") refuseMethod(request, response);
    else if (file === undefined) sendNotBuilt(response);
    else await sendFile(file, request, response);
  });
  return router;
}

function sendNotBuilt(response: Response): void {
  sendError(response, 503, "page_not_built", "The page has not been built. Run npm run setup, and start again.");
}

async function sendFile(file: PageFile, { headers }: Request, response: Response): Promise<void> {
  // Node joins what came more than once.
  const coding = file.isCompressible ? chooseCoding(headers["accept-encoding"] as string | undefined) : "identity";
  if (coding === null) {
    sendError(response, 406, "not_acceptable", "The page is sent as it is, or compressed by gzip or br.");
    return;
  }
  const { bytes, etag } = await file.inCoding(coding);
  for (const [name, value] of Object.entries(file.headers)) response.setHeader(name, value);
  response.setHeader("ETag", etag);
  if (matchesEtag(headers["if-none-match"], etag)) {
    response.status(304).end();
    return;
  }
  if (coding !== "identity") response.setHeader("Content-Encoding", coding);
  response.setHeader("Content-Length", bytes.length);
  response.end(bytes);
}
