import { SNAPSHOT_ROUTES, type SnapshotRoute, SYMBOL_ROUTE_PATH } from "@pulseboard/snapshot";

/** Made of the analyses of all symbols, which are checked one by one after the snapshot is served already. */
const NEEDS_ANALYSES: ReadonlySet<string> = new Set(["symbols"]);

/** Every route that is answered as soon as a snapshot is there. */
export const FIRST_ROUTES: readonly SnapshotRoute[] = SNAPSHOT_ROUTES.filter(({ name }) => !NEEDS_ANALYSES.has(name));

/** Every route that follows a moment later. */
export const LATER_ROUTES: readonly SnapshotRoute[] = SNAPSHOT_ROUTES.filter(({ name }) => NEEDS_ANALYSES.has(name));

/** What comes before the symbol in the path of its analysis. */
export const SYMBOL_PREFIX = SYMBOL_ROUTE_PATH.replace("{symbol}", "");
