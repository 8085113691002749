import type { Book } from "../../domain/market-data.ts";
import type { SymbolInputs } from "../../domain/symbol-inputs.ts";
import { average, deviation, total } from "./bars.ts";
import type { Signal } from "./candle-signals.ts";
import { type Charts, usable } from "./usable.ts";

export interface Level {
  readonly price: number;
  readonly quantity: number;
}

/** Rules on the order book, on positioning, and on the volume of a day. */
export const STATE_SIGNALS: Readonly<Record<string, (inputs: SymbolInputs, charts: Charts) => Signal>> = {
  depth_near: (inputs, charts) => depth(inputs, charts, 0.1),
  depth_far: (inputs, charts) => depth(inputs, charts, 0.5),
  top_of_book: (inputs) => bidsAgainstAsks(inputs, 10),
  microprice: (inputs) => bidsAgainstAsks(inputs, 1),
  order_flow_imbalance: () => null,
  funding_rate({ ticker, fundingRate8h, nowMs }) {
    const current = usable(ticker, nowMs)?.fundingRate8h ?? null;
    const settled = [...(usable(fundingRate8h, nowMs)?.value ?? [])].slice(-200);
    if (current === null || settled.length < 20) {
      return null;
    }
    return -Math.tanh((current - average(settled)) / Math.max(0.00005, deviation(settled)) / 1.5);
  },
  long_short_ratio({ longAccountShare, nowMs }) {
    const shares = [...(usable(longAccountShare, nowMs)?.value ?? [])].slice(-480);
    if (shares.length < 48) {
      return null;
    }
    const ratios = shares.map((share) => {
      const long = share < 0.001 ? 0.001 : share > 0.999 ? 0.999 : share;
      return Math.log(long) - Math.log(1 - long);
    });
    return -Math.tanh(((ratios.at(-1) ?? Number.NaN) - average(ratios)) / Math.max(0.02, deviation(ratios)) / 1.5);
  },
  basis({ ticker, nowMs }) {
    const value = usable(ticker, nowMs);
    const [mark, index] = [value?.markPrice ?? null, value?.indexPrice ?? null];
    return mark === null || index === null ? null : -Math.tanh((mark / index - 1) * 1000);
  },
  liquidations(inputs) {
    const input = inputs.liquidations;
    const value = usable(input, inputs.nowMs);
    if (value === null || !input.known) {
      return null;
    }
    const weights = Array.from(value.timeMs, (t, i) => {
      return (value.quantityBase[i] ?? Number.NaN) * 0.5 ** ((input.asOfMs - t) / 12_600_000);
    });
    const all = total(weights);
    return all === 0
      ? null
      : total(weights.map((weight, i) => (Number(value.positionSide[i]) < 0 ? weight : -weight))) / all;
  },
  vwap(_, charts) {
    const day = dayOf(charts);
    const volume = total(day.map(({ v }) => v));
    const [now, soft] = [charts["5m"]?.bars.at(-1)?.c, charts["5m"]?.soft];
    if (now === undefined || soft === undefined || volume === 0) {
      return null;
    }
    const centre = total(day.map(({ h, l, c, v }) => ((h + l + c) / 3) * v)) / volume;
    const variance = total(day.map(({ h, l, c, v }) => v * ((h + l + c) / 3 - centre) ** 2)) / volume;
    return Math.tanh((now - centre) / (Math.sqrt(variance) + soft) / 1.5);
  },
  volume_profile(_, charts) {
    const day = dayOf(charts);
    const [volume, unit, now] = [total(day.map(({ v }) => v)), charts["30m"]?.unit, charts["5m"]?.bars.at(-1)?.c];
    if (unit === undefined || now === undefined || volume === 0) {
      return null;
    }
    return total(day.map(({ h, l, c, v }) => v * Math.tanh((now - (h + l + c) / 3) / unit))) / volume;
  },
};

/** The 5m bars that opened less than 24 h before the newest one. */
function dayOf(charts: Charts) {
  const bars = charts["5m"]?.bars ?? [];
  const end = bars.at(-1)?.t ?? 0;
  return bars.filter(({ t }) => end - t < 86_400_000);
}

/** Both sides, best level first; null for an empty or crossed book. */
export function sidesOf({ book, nowMs }: SymbolInputs): readonly [readonly Level[], readonly Level[]] | null {
  const value = usable(book, nowMs);
  if (value === null) {
    return null;
  }
  const side = (price: Book["bidPrice"], quantity: Book["bidPrice"]) =>
    Array.from(price, (one, i) => ({ price: one, quantity: quantity[i] ?? Number.NaN }));
  const [bids, asks] = [side(value.bidPrice, value.bidQuantityBase), side(value.askPrice, value.askQuantityBase)];
  const [bid, ask] = [bids[0], asks[0]];
  return bid !== undefined && ask !== undefined && bid.price < ask.price ? [bids, asks] : null;
}

function bidsAgainstAsks(inputs: SymbolInputs, levels: number): Signal {
  const sides = sidesOf(inputs);
  if (sides === null) {
    return null;
  }
  const common = Math.min(levels, sides[0].length, sides[1].length);
  const [bid, ask] = sides.map((side) => total(side.slice(0, common).map(({ quantity }) => quantity)));
  return balanceOf(bid, ask);
}

function balanceOf(bid = Number.NaN, ask = Number.NaN): Signal {
  return bid + ask > 0 ? 1 - (2 * ask) / (bid + ask) : null;
}

/** Weights fall with exp(-distance / scale), and to nothing at the nearer of the two sides' ends. */
function depth(inputs: SymbolInputs, charts: Charts, scale: number): Signal {
  const [sides, unit] = [sidesOf(inputs), charts["5m"]?.unit];
  if (sides === null || unit === undefined) {
    return null;
  }
  const away = sides.map((side) => side.map(({ price }) => Math.abs(price - (side[0]?.price ?? Number.NaN)) / unit));
  const reach = Math.min(...away.map((distances) => distances.at(-1) ?? Number.NaN));
  const weighed = sides.map((side, s) =>
    total(
      side.map(({ quantity }, i) => {
        const distance = away[s]?.[i] ?? Number.NaN;
        return quantity * Math.exp(-distance / scale) * Math.max(0, 1 - distance / reach);
      }),
    ),
  );
  return reach < 0.05 ? null : balanceOf(weighed[0], weighed[1]);
}
