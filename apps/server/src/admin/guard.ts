import type { Clock, Logger } from "@pulseboard/runtime";
import type { Request, RequestHandler } from "express";
import { addressKey } from "../http/client-address.ts";
import { sendError } from "../http/json-responses.ts";
import { createRequestLimiter, type RateLimitDurations } from "../http/rate-limit.ts";
import { createTokenCheck, credentialsOf } from "./credentials.ts";

export interface GuardOptions {
  readonly token: string;
  /** True if our own pages may make this request with the password that the browser sends. */
  readonly isByPage: (request: Request) => boolean;
  readonly durations: RateLimitDurations;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Wrong tokens that one address may try in a minute; after that all its requests are refused. */
export const WRONG_TOKENS_PER_MINUTE = 10;

/** Basic comes first, as browsers ask their user for a password by it. */
const CHALLENGES = ['Basic realm="Pulseboard operator", charset="UTF-8"', 'Bearer realm="Pulseboard operator"'];

/**
 * Admits requests that present the token. Requests that change something must present it as a Bearer token: a browser adds a
 * remembered password to requests that any page makes, but a Bearer token only if a program sets it. For our own pages the
 * password is enough, if the browser says that the request came from our page.
 */
export function createGuard({ token, isByPage, durations, clock, log }: GuardOptions): RequestHandler {
  const isToken = createTokenCheck(token);
  const wrongTokens = createRequestLimiter({ limit: WRONG_TOKENS_PER_MINUTE, durations, clock });

  return (request, response, next) => {
    // The address of the connection itself: anybody can send a header that names another one.
    const address = addressKey(request.socket.remoteAddress ?? "");
    const refusedForS = wrongTokens.wouldRefuseForS(address);
    if (refusedForS > 0) {
      response.setHeader("Retry-After", refusedForS);
      sendError(
        response,
        429,
        "too_many_wrong_tokens",
        "Too many wrong tokens from this address. Retry-After says when to try again.",
      );
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
        "This needs the admin token: send Authorization: Bearer TOKEN, or use it as the password.",
      );
      return;
    }
    if (changesSomething(request)) {
      if (isFromAnotherSite(request)) {
        sendError(response, 403, "cross_site", "Pages of other sites may not make this request.");
        return;
      }
      if (credentials.scheme !== "bearer" && !(isByPage(request) && isFromHere(request))) {
        sendError(response, 403, "bearer_only", "A password only allows reading; send Authorization: Bearer TOKEN.");
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

/** Tells whether a request that is not from another site names its origin, as browsers do for requests that change something. */
function isFromHere({ headers }: Request): boolean {
  return headers["sec-fetch-site"] === "same-origin" || headers.origin !== undefined;
}
