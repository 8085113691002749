/** Names of fields that hold a credential, wherever they appear in a log line. */
export const SECRET_FIELDS: readonly string[] = [
  "password",
  "token",
  "adminToken",
  "secret",
  "authorization",
  "cookie",
  "apiKey",
];

const URL_CREDENTIALS = /:\/\/[^\s/"'?#]*@/g;
const SECRET_PARAMETER = /([?&](?:password|token|secret|api_?key|authorization)=)[^&\s"'\\]+/gi;
const AUTHORIZATION = /\b(bearer|authorization:\s*\w+)\s+[\w.~+/-]+=*/gi;

/**
 * The same text without credentials: user and password of a URL, secret query parameters, authorization headers.
 * For everything that people see: log lines, error messages, readiness.
 */
export function redactCredentials(text: string): string {
  return text.replace(URL_CREDENTIALS, "://***@").replace(SECRET_PARAMETER, "$1***").replace(AUTHORIZATION, "$1 ***");
}

/**
 * The address of a server as it may be shown, however it was mistyped: all before the last "@" may be a password, and without
 * one so may all after a colon but a port.
 */
export function redactAddress(address: string): string {
  const at = address.lastIndexOf("@");
  if (at === -1) {
    return address.replace(/:(?!\/\/|\d{1,5}(?:\/|$)).*$/s, ":***");
  }
  const [scheme = ""] = /^[^@:]*:\/\//.exec(address) ?? [];
  return `${scheme}***${address.slice(at)}`;
}
