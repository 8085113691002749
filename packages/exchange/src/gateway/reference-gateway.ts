import type { CollectionProblem } from "../errors/collection-problem.ts";

/** A value of the reference data with its source and time. */
export interface WithProvenance<T> {
  readonly value: T;
  /** "coingecko", "coinpaprika", "alternative.me". */
  readonly source: string;
  /** The source's own time of the data, or the time of receipt where it gives none, Unix ms. */
  readonly asOfMs: number;
}

/** Dominances are % of the total market capitalisation; null where the source does not give them. */
export interface GlobalMarket {
  readonly totalMarketCapUsd: number;
  readonly marketCapChange24hPercent: number | null;
  readonly btcDominancePercent: number | null;
  readonly ethDominancePercent: number | null;
  readonly usdtDominancePercent: number | null;
  readonly usdcDominancePercent: number | null;
}

export interface FearGreed {
  /** 0..100. */
  readonly value: number;
  readonly label: string;
}

export interface ReferenceCollection {
  readonly globalMarket: WithProvenance<GlobalMarket> | null;
  readonly fearGreed: WithProvenance<FearGreed> | null;
  readonly problems: readonly CollectionProblem[];
}

/** The public reference-data APIs. Keeps the last known good values with their time, and respects the services' limits. */
export interface ReferenceGateway {
  /**
   * The current values; asks only those services whose value is due. A failure is a problem beside the last known value.
   *
   * @throws only the reason of `signal` when it is aborted, or an Error when the gateway is closed
   */
  collectReference(signal: AbortSignal): Promise<ReferenceCollection>;
  close(): Promise<void>;
}
