import type { IncomingMessage, ServerResponse } from "node:http";
import helmet from "helmet";

/** Security headers of data: browsers must not run it, frame it or guess its type. Name, value, name, value ... */
export const JSON_SECURITY_HEADERS: readonly string[] = [
  "X-Content-Type-Options",
  "nosniff",
  "Content-Security-Policy",
  "default-src 'none';frame-ancestors 'none'",
];

const HSTS_MAX_AGE_S = 31_536_000;

/** For every response behind TLS: browsers then use TLS only. They ignore the header on plain HTTP. */
export const TLS_HEADERS: readonly string[] = ["Strict-Transport-Security", `max-age=${HSTS_MAX_AGE_S}`];

/** Sets headers that are listed as name, value, name, value ... */
export function setHeaders(response: ServerResponse, headers: readonly string[]): void {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    response.setHeader(headers[at] ?? "", headers[at + 1] ?? "");
  }
}

/**
 * Creates the middleware that sets the security headers of our pages: everything from our own origin, nothing inline. Pages must
 * also work over plain HTTP by address, so headers that need TLS are sent behind TLS only. In particular there is no
 * upgrade-insecure-requests, which would leave a page on plain HTTP without its scripts.
 */
export function createPagePolicy(
  isBehindTls: (request: IncomingMessage) => boolean,
): (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void {
  const [plain, behindTls] = [false, true].map((tls) =>
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          "default-src": ["'none'"],
          "script-src": ["'self'"],
          "style-src": ["'self'"],
          "img-src": ["'self'", "data:"],
          "font-src": ["'self'"],
          "connect-src": ["'self'"],
          "manifest-src": ["'self'"],
          "worker-src": ["'self'"],
          "base-uri": ["'none'"],
          "form-action": ["'none'"],
          "frame-ancestors": ["'none'"],
        },
      },
      xFrameOptions: { action: "deny" },
      strictTransportSecurity: tls ? { maxAge: HSTS_MAX_AGE_S, includeSubDomains: false } : false,
      crossOriginOpenerPolicy: tls,
      originAgentCluster: tls,
      xDownloadOptions: false,
      xPermittedCrossDomainPolicies: false,
      xXssProtection: false,
    }),
  );
  return (request, response, next) => {
    const policy = isBehindTls(request) ? behindTls : plain;
    policy?.(request, response, next);
  };
}
