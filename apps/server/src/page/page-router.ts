import { type RequestHandler, Router } from "express";
import { refuseMethod, sendError } from "../http/json-responses.ts";
import { isRead } from "../http/prepared-response.ts";
import { OPENS_OFFLINE, PAGE_PATH, type PageFiles } from "./page-files.ts";

const SERVICE_WORKER_PATH = `${PAGE_PATH}/sw.js`;

/**
 * Creates the router of the phone page at `/mobile`, its files below, and the redirect from `/`.
 *
 * @param pagePolicy - Sets the headers that keep a page to its own origin.
 */
export function pageRouter(files: PageFiles, pagePolicy: RequestHandler): RequestHandler {
  const router = Router({ strict: true, caseSensitive: true });
  const toPage = ["/", `${PAGE_PATH}/`];
  // Relative: a proxy may serve all of it below a path of its own.
  const relativePage = PAGE_PATH.slice(1);
  router.get(toPage, pagePolicy, ({ path }, response) => {
    // As long as the page itself, so that these addresses open without a connection too.
    response.setHeader("Cache-Control", OPENS_OFFLINE);
    response.redirect(307, path === "/" ? relativePage : `../${relativePage}`);
  });
  router.all(toPage, refuseMethod);
  router.use(PAGE_PATH, pagePolicy);
  router.use(async (request, response, next) => {
    const { path } = request;
    const file = files?.get(path);
    if (file === undefined && path !== PAGE_PATH) {
      next();
    } else if (!isRead(request)) {
      refuseMethod(request, response);
    } else if (file === undefined) {
      sendError(
        response,
        503,
        "page_not_built",
        "The page has not been built. Run npm run setup, then restart the server.",
      );
    } else {
      // Without this header the service worker, which is in /mobile/, could not control /mobile itself.
      if (path === SERVICE_WORKER_PATH) {
        response.setHeader("Service-Worker-Allowed", `../${relativePage}`);
      }
      const send = await file.get();
      send(request, response);
    }
  });
  return router;
}
