import { createGeneratedMarket } from "./generated/generated-market.ts";
import type { Market } from "./market/market.ts";
import { openReplayMarket } from "./replay/replay-market.ts";

/** The source of the prices. */
export type MarketChoice =
  | {
      readonly kind: "generated";
      readonly seed: number;
      /** Eligible perpetuals; 520 by default. Dated futures, stocks and the like come on top. */
      readonly symbolCount?: number;
      /** Which contracts there are is that of this market time, Unix ms; of the start by default. */
      readonly listingsAtMs?: number;
    }
  | {
      readonly kind: "replay";
      /** Has a folder "1" with the one-minute candles, one SYMBOL.csv.gz for each symbol. */
      readonly directory: string;
      /** Market time at the start, Unix ms; within the recording. */
      readonly atMs: number;
      /** For the data that was not recorded: books, trades, positioning. */
      readonly seed: number;
    };

const DEFAULT_SYMBOL_COUNT = 520;

/** @param startAtMs of a generated market @throws RecordingError when it cannot be used */
export function createMarket(choice: MarketChoice, startAtMs: number): Market {
  return choice.kind === "generated"
    ? createGeneratedMarket(choice.seed, choice.symbolCount ?? DEFAULT_SYMBOL_COUNT, startAtMs, choice.listingsAtMs)
    : openReplayMarket(choice.directory, choice.atMs, choice.seed);
}
