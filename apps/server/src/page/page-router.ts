import { type RequestHandler, type Response, Router } from "express";
import { refuseMethod, sendError } from "../http/json-answers.ts";
import { sendFile } from "../http/prepared-file.ts";
import { OPENS_OFFLINE, PAGE_PATH, type PageFile } from "./page-files.ts";

/** The page's files by path; null where it has not been built. */
export type PageFiles = ReadonlyMap<string, PageFile> | null;

const SERVICE_WORKER_PATH = `${PAGE_PATH}/sw.js`;

/**
 * The phone page at `/mobile`, its files below, and the way there from `/`. Whatever else is asked for is left to the next.
 *
 * @param pagePolicy - Sets the headers that keep a page to its own origin.
 */
export function pageRouter(files: PageFiles, pagePolicy: RequestHandler): RequestHandler {
  const router = Router({ strict: true, caseSensitive: true });
  const toPage = ["/", `${PAGE_PATH}/`];
  router.get(toPage, pagePolicy, (_request, response) => {
    // As far as the page itself: who types the address without a connection gets there too.
    response.setHeader("Cache-Control", OPENS_OFFLINE);
    response.redirect(307, PAGE_PATH);
  });
  router.all(toPage, refuseMethod);
  router.use(PAGE_PATH, pagePolicy);
  router.use(async (request, response, next) => {
    const { path, method } = request;
    const file = files?.get(path);
    if (file === undefined && path !== PAGE_PATH) {
      next();
    } else if (method !== "GET" && method !== "HEAD") {
      refuseMethod(request, response);
    } else if (file === undefined) {
      sendNotBuilt(response);
    } else {
      // It lies in /mobile/, and is to see to /mobile as well.
      if (path === SERVICE_WORKER_PATH) {
        response.setHeader("Service-Worker-Allowed", PAGE_PATH);
      }
      sendFile(request, response, await file.prepared(), file.cacheControl);
    }
  });
  return router;
}

function sendNotBuilt(response: Response): void {
  sendError(response, 503, "page_not_built", "The page has not been built. Run npm run setup, and start again.");
}
