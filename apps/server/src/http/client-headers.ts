import type { IncomingMessage } from "node:http";
import type { Client } from "./client-address.ts";
import { type CorsHeaders, PREFLIGHT_HEADERS } from "./cors.ts";
import {
  METHOD_NOT_ALLOWED,
  type PreparedResponse,
  preparedResponse,
  READ_METHODS,
  withHeaders,
} from "./prepared-response.ts";
import { TLS_HEADERS } from "./security-headers.ts";

export type ClientHeaders = (request: IncomingMessage) => readonly string[];

/** Creates the function that lists the headers a client gets for its origin and TLS: always the same array for the same case. */
export function createClientHeaders(client: Client, corsHeaders: CorsHeaders): ClientHeaders {
  const behindTls = new Map<readonly string[], readonly string[]>();
  return (request) => {
    const cors = corsHeaders(request.headers.origin);
    if (!client.isBehindTls(request)) {
      return cors;
    }
    const known = behindTls.get(cors);
    if (known !== undefined) {
      return known;
    }
    const both = [...TLS_HEADERS, ...cors];
    behindTls.set(cors, both);
    return both;
  };
}

/** The response to a method that does not read, on an address that can only be read. */
export function otherMethodResponse(
  request: IncomingMessage,
  corsHeaders: CorsHeaders,
  clientHeaders: ClientHeaders,
): PreparedResponse {
  if (request.method !== "OPTIONS") {
    return withHeaders(METHOD_NOT_ALLOWED, clientHeaders(request));
  }
  const isAllowed = corsHeaders(request.headers.origin).includes("Access-Control-Allow-Origin");
  const preflight = isAllowed ? PREFLIGHT_HEADERS : [];
  return preparedResponse(204, ["Allow", READ_METHODS, ...preflight, ...clientHeaders(request)], null);
}
