import type { PageSnapshot } from "@pulseboard/snapshot";
import type { PageActions } from "../data/page-model.ts";
import type { SessionChanges } from "../data/session-changes.ts";

/** The input of every view. A view is a plain function of it. */
export interface ViewProps {
  /** The last good snapshot, from the server or from the copy on this device. */
  readonly snapshot: PageSnapshot;
  /** Changes since the reader's previous session; null in the first session, or when that showed another market. */
  readonly changes: SessionChanges | null;
  readonly favourites: ReadonlySet<string>;
  /** The server's time, Unix seconds. Moves at most every 10 s: only the badge counts seconds. */
  readonly nowS: number;
  /** Whether the scored symbols' figures are those of now: neither the snapshot nor its section of scores is stale. */
  readonly isFresh: boolean;
  readonly actions: PageActions;
}

/** The input of the breakdown. The symbol comes from the address, so it can be any text. */
export interface BreakdownProps extends ViewProps {
  readonly symbol: string;
}
