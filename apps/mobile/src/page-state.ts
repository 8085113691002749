import type { Alert, ConfluenceAnalysis, PageSnapshot } from "@pulseboard/snapshot";
import type { SinceLastLook } from "./data/since-last-look.ts";

/** What every view is given. A view is a plain function of it. */
export interface ViewProps {
  /** The last good one, from the server or kept on the device. */
  readonly snapshot: PageSnapshot;
  /** Against the last snapshot of the visit before; null when there was none, or it is of another market. */
  readonly since: SinceLastLook | null;
  readonly favourites: ReadonlySet<string>;
  /** The server's time, Unix seconds. Moves at most every 10 s: only the badge counts seconds. */
  readonly nowS: number;
  /** Whether the last exchange with the server went well. */
  readonly online: boolean;
  readonly actions: PageActions;
}

/** What the breakdown of one score is given beside that. The symbol is what the address says: it may be anything. */
export interface BreakdownProps extends ViewProps {
  readonly symbol: string;
}

/** What a view can ask for. None of these throws, and they stay the same functions for as long as the page lives. */
export interface PageActions {
  readonly toggleFavourite: (symbol: string) => void;
  /** From the server, or the copy on the device when that cannot be reached. */
  readonly loadAnalysis: (symbol: string) => Promise<Loaded<ConfluenceAnalysis>>;
  readonly loadAlerts: () => Promise<Loaded<readonly Alert[]>>;
}

/** A body, or a sentence that says why there is none. */
export type Loaded<T> =
  | { readonly ok: true; readonly value: T; readonly fromDevice: boolean }
  | { readonly ok: false; readonly reason: string };
