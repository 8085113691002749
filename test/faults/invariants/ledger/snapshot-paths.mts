/** The route with the whole snapshot. */
export const SNAPSHOT_PATH = "/api/dashboard/mobile-data";
export const ALERTS_PATH = "/api/dashboard/alerts";
/** Before a symbol: its analysis. */
export const ANALYSIS_PATH = "/api/dashboard/confluence-analysis/";
/** The rows of all scored symbols. */
export const SYMBOLS_PATH = "/api/dashboard/symbols";
