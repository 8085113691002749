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

/** In text and within a string of JSON, where a quote is escaped. Nothing but credentials holds an "@" in a URL of Redis; our own hint shows its form. */
const REDIS_CREDENTIALS = /\b(rediss?:\/\/)(?!\[user:password@\])(?:[^\s"\\]|\\.)*@/gi;
const URL_CREDENTIALS = /:\/\/(?!\[user:password@\])[^\s/"'?#]*@/g;
/** With a password that is not percent-encoded: a colon in the authority that no port follows. */
const UNENCODED_CREDENTIALS = /:\/\/[^\s/"'?#:@[]*:(?!\d{1,5}(?:[/?#\s"'\\]|$))[^\s"']*@/g;
const SECRET_PARAMETER = /([?&][\w-]*(?:password|token|secret|api_?key|authorization)=)[^&\s"'\\]+/gi;
const AUTHORIZATION = /\b(bearer|authorization:\s*\w+)\s+[\w.~+/-]+=*/gi;

/**
 * The same text without credentials: user and password of a URL, secret query parameters, authorization headers.
 * For everything that people see: log lines, error messages, readiness.
 */
export function redactCredentials(text: string): string {
  return text
    .replace(REDIS_CREDENTIALS, "$1***@")
    .replace(URL_CREDENTIALS, "://***@")
    .replace(UNENCODED_CREDENTIALS, "://***@")
    .replace(SECRET_PARAMETER, "$1***")
    .replace(AUTHORIZATION, "$1 ***");
}

/** The same of an error about a command line: of a quoted argument that may hold a credential, nothing is shown. */
export function redactArguments(text: string): string {
  return redactCredentials(text.replace(/'.*(?:@|:\/\/).*'/s, "'***'"));
}
