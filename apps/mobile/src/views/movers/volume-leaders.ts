import type { LeanScore } from "@pulseboard/snapshot";

/** A row of a table of movers. Gainers and losers always have a change; a volume leader may not. */
export interface ListedMover extends Pick<LeanScore, "symbol" | "price" | "change_24h"> {
  /** USD. */
  readonly volume_24h: number;
}

const LIMIT = 5;

/**
 * The scored symbols with the highest volume in 24 h. Symbols are chosen for scoring by volume, so these are the
 * market's leaders, the same list as `/api/dashboard/market-movers` without another request.
 */
export function volumeLeaders(scores: readonly LeanScore[]): readonly ListedMover[] {
  return scores
    .flatMap(({ symbol, price, change_24h, volume_24h }) =>
      volume_24h === null ? [] : [{ symbol, price, change_24h, volume_24h }],
    )
    .sort((a, b) => b.volume_24h - a.volume_24h || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, LIMIT);
}
