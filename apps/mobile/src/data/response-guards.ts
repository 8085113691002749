import type {
  Alert,
  ConfluenceAnalysis,
  ErrorBody,
  PageSnapshot,
  StaleReason,
  SymbolHistory,
} from "@pulseboard/snapshot";

/**
 * Guards that recognise a body by its outline. The server has already checked every field; the page only has to find
 * out whether the body is Pulseboard's, in a version that it can read. The full schemas would cost 60 KB.
 */

/** The newest version of the documents that this page can read. */
const SCHEMA_VERSION = 1;

type Body = Readonly<Record<string, unknown>>;

/** The fields of an error body that the page reads: the answer of `/api/snapshot` while the server has no data. */
export type ErrorSummary = Pick<ErrorBody, "error" | "message">;

/** Accepts the newest version and the one before it, because server and page are not updated at the same moment. */
export function isReadable(version: unknown, newest: number = SCHEMA_VERSION): boolean {
  return version === newest || (newest > 1 && version === newest - 1);
}

/** A snapshot in a version that this page can read. */
export function isPageSnapshot(body: unknown): body is PageSnapshot {
  return (
    isObject(body) &&
    body.status === "success" &&
    isReadable(body.schema_version) &&
    isNumber(body.sequence) &&
    isNumber(body.timestamp) &&
    isNumber(body.period_ms) &&
    body.period_ms > 0 &&
    isTime(body.generated_at) &&
    isText(body.origin) &&
    typeof body.simulated === "boolean" &&
    typeof body.stale === "boolean" &&
    areObjects(body.sections, ["overview", "scores", "movers", "perps", "reference"]) &&
    areObjects(body, ["missing", "market_overview", "market_breadth", "perps"]) &&
    isText((body.market_overview as Body).market_regime) &&
    isListOf(body.confluence_scores, isScore) &&
    areLists(body.top_movers, ["gainers", "losers"])
  );
}

/** A snapshot in a version that this page cannot read. */
export function isOtherVersion(body: unknown): boolean {
  return isObject(body) && body.status === "success" && isNumber(body.schema_version) && !isPageSnapshot(body);
}

/** The reason in a stale snapshot. Servers older than this page give none. */
export function isStaleReason(value: unknown): value is StaleReason {
  return (
    isObject(value) && isText(value.code) && isNumber(value.since) && (value.until === null || isNumber(value.until))
  );
}

export function isErrorBody(body: unknown): body is ErrorSummary {
  return isObject(body) && body.status === "error" && isText(body.error) && isText(body.message);
}

export function isAnalysis(body: unknown): body is ConfluenceAnalysis {
  return (
    isObject(body) &&
    body.status === "success" &&
    isReadable(body.schema_version) &&
    isText(body.symbol) &&
    isNumber(body.score) &&
    areObjects(body, ["reliability_factors", "interpretation", "breakdown", "technical_rating", "missing"]) &&
    areLists(body, ["inputs"])
  );
}

export function isAlerts(body: unknown): body is readonly Alert[] {
  return isListOf(body, (alert) => isText(alert.id) && isText(alert.alert_type) && isObject(alert.details));
}

export function isHistory(body: unknown): body is SymbolHistory {
  return (
    isObject(body) &&
    isReadable(body.schema_version) &&
    isText(body.origin) &&
    isNumber(body.as_of) &&
    areObjects(body.spans, ["6h", "24h", "7d", "90d"]) &&
    Object.values(Object(body.spans)).every((span) => areLists(span, ["price", "score", "relative"]))
  );
}

function isScore(score: Body): boolean {
  return (
    isText(score.symbol) &&
    isNumber(score.score) &&
    areObjects(score, ["components", "technical_rating"]) &&
    areLists(score, ["score_history", "score_history_at"])
  );
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function areObjects(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => isObject(value[name]));
}

function areLists(value: unknown, names: readonly string[]): boolean {
  return isObject(value) && names.every((name) => Array.isArray(value[name]));
}

function isListOf(value: unknown, isEntry: (entry: Body) => boolean): boolean {
  return Array.isArray(value) && value.every((entry) => isObject(entry) && isEntry(entry));
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isTime(value: unknown): boolean {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}
