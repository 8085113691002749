import type { RecordRow } from "./record-figures.ts";

interface LastPrice {
  /** NaN where the last refresh that listed it did not know it. */
  now: number;
  /** The last known one. */
  known: number;
  listedAt: number;
}

/** The prices of one refresh after another. */
export interface LastPrices {
  /** @returns false, and changes nothing, when no price at all is known: no contract has ended then */
  readonly take: (rows: readonly RecordRow[]) => boolean;
  /** The price of now; NaN where it is not known, or not listed any more. */
  readonly ofNow: (symbol: string) => number;
  /** The last price of a contract that was listed before and is not now; else null. */
  readonly ofDelisted: (symbol: string) => number | null;
}

export function createLastPrices(): LastPrices {
  const prices = new Map<string, LastPrice>();
  let refresh = 0;
  return {
    take(rows) {
      if (!rows.some(({ markPrice }) => markPrice !== null)) {
        return false;
      }
      refresh += 1;
      for (const { symbol, markPrice } of rows) {
        const last = prices.get(symbol);
        if (last === undefined) {
          const price = markPrice ?? Number.NaN;
          prices.set(symbol, { now: price, known: price, listedAt: refresh });
        } else {
          last.now = markPrice ?? Number.NaN;
          last.known = markPrice ?? last.known;
          last.listedAt = refresh;
        }
      }
      return true;
    },
    ofNow(symbol) {
      const last = prices.get(symbol);
      return last?.listedAt === refresh ? last.now : Number.NaN;
    },
    ofDelisted(symbol) {
      const last = prices.get(symbol);
      return last === undefined || last.listedAt === refresh ? null : last.known;
    },
  };
}
