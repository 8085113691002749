/** The route with the whole snapshot. */
export const SNAPSHOT_PATH = "/api/dashboard/mobile-data";
/** Before a symbol: its analysis. */
export const ANALYSIS_PATH = "/api/dashboard/confluence-analysis/";
