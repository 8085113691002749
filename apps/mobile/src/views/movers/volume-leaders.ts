import type { LeanScore } from "@pulseboard/snapshot";

/** One line of the list: what a gainer and a loser have too, but for them the change is known. */
export interface VolumeLeader {
  readonly symbol: string;
  readonly price: number;
  /** %, signed; null when it is not known. */
  readonly change_24h: number | null;
  /** USD. */
  readonly volume_24h: number;
}

const LIMIT = 5;

/**
 * Who trades most: the scored symbols with the highest volume of 24 h. Symbols are chosen for scoring by volume, so these are the
 * market's, and the list is that of `/api/dashboard/market-movers` without asking for it.
 */
export function volumeLeaders(scores: readonly LeanScore[]): readonly VolumeLeader[] {
  return scores
    .flatMap(({ symbol, price, change_24h, volume_24h }) =>
      volume_24h === null ? [] : [{ symbol, price, change_24h, volume_24h }],
    )
    .sort((a, b) => b.volume_24h - a.volume_24h || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, LIMIT);
}
