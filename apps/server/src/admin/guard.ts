import type { Clock, Logger } from "@pulseboard/runtime";
import type { Request, RequestHandler } from "express";
import { addressKey } from "../http/client-address.ts";
import { sendError } from "../http/json-answers.ts";
import { createRateLimiter } from "../http/rate-limit.ts";
import { createTokenCheck, credentialsOf } from "./credentials.ts";

export interface GuardOptions {
  readonly token: string;
  /** Whether a request changes something that a page of ours may change, with the password that its browser sends. */
  readonly isByPage: (request: Request) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Wrong tokens that one address may try in a minute; after that it is not listened to, right or wrong. */
export const WRONG_TOKENS_PER_MINUTE = 10;

/** Basic first: a browser asks its user by it. */
const CHALLENGES = ['Basic realm="Pulseboard operator", charset="UTF-8"', 'Bearer realm="Pulseboard operator"'];

/**
 * Lets in who knows the token. What changes something needs it as a Bearer token: a browser that remembers a password
 * sends it along with whatever any page makes it ask, but a Bearer token only where a program says so. Where a page of ours
 * is to change something, the password does as well, if the browser says that it was this page that asked.
 */
export function createGuard({ token, isByPage, clock, log }: GuardOptions): RequestHandler {
  const isToken = createTokenCheck(token);
  const wrongTokens = createRateLimiter({ perMinute: WRONG_TOKENS_PER_MINUTE, clock });

  return (request, response, next) => {
    // The other end of the connection itself: a header that names another address could be anybody's invention.
    const address = addressKey(request.socket.remoteAddress ?? "");
    const refusedForS = wrongTokens.wouldRefuseForS(address);
    if (refusedForS > 0) {
      response.setHeader("Retry-After", refusedForS);
      sendError(response, 429, "too_many_wrong_tokens", "Too many wrong tokens came from this address; wait a moment.");
      return;
    }
    const credentials = credentialsOf(request.headers.authorization);
    if (credentials === null || !isToken(credentials.token)) {
      if (credentials !== null) {
        wrongTokens.refusedForS(address);
        log.warn({ address }, "Wrong admin token");
      }
      response.setHeader("WWW-Authenticate", CHALLENGES);
      sendError(
        response,
        401,
        "unauthorized",
        "The admin token is needed: Authorization: Bearer TOKEN, or as a password.",
      );
      return;
    }
    if (changesSomething(request)) {
      if (isFromAnotherSite(request)) {
        sendError(response, 403, "cross_site", "Pages of other sites may not ask for this.");
        return;
      }
      if (credentials.scheme !== "bearer" && !(isByPage(request) && isFromHere(request))) {
        sendError(response, 403, "bearer_only", "A password is for looking only; send Authorization: Bearer TOKEN.");
        return;
      }
    }
    next();
  };
}

function changesSomething({ method }: Request): boolean {
  return method !== "GET" && method !== "HEAD";
}

function isFromAnotherSite({ headers }: Request): boolean {
  const { origin, host, "sec-fetch-site": site } = headers;
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return true;
  }
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}

/** Of a request that is not from another site: whether it says where it is from, as browsers do with whatever changes something. */
function isFromHere({ headers }: Request): boolean {
  return headers["sec-fetch-site"] === "same-origin" || headers.origin !== undefined;
}
