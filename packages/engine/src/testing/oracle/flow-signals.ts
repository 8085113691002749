import type { Trades } from "../../domain/market-data.ts";
import type { SymbolInputs } from "../../domain/symbol-inputs.ts";
import { total, usualMove } from "./bars.ts";
import type { Signal } from "./candle-signals.ts";
import { type Charts, usable } from "./usable.ts";

const MINUTE = 60_000;

/** Rules on trades, in `volume` and `orderflow`, and that on open interest. */
export const FLOW_SIGNALS: Readonly<Record<string, (inputs: SymbolInputs, charts: Charts) => Signal>> = {
  volume_delta: (inputs) => balance(inputs, [15, 5 * MINUTE, 50], ({ q }) => q, 0.3),
  cvd: (inputs) => balance(inputs, [5, 100_000, 20], ({ q }) => q, 0.25),
  trade_flow: (inputs) => balance(inputs, [15, MINUTE, 20], ({ q, before }) => q * 0.5 ** (before / 300_000), 0.4),
  large_trades: (inputs) => balance(inputs, [15, 5 * MINUTE, 50], ({ q }) => q * q, 0.5),
  imbalance: (inputs) => balance(inputs, [15, MINUTE, 20], ({ before }) => 0.5 ** (before / 300_000), 0.4),
  pressure(inputs, charts) {
    const found = tradesOf(inputs, 15, 5 * MINUTE, 50);
    const chart = charts["5m"];
    if (found === null || chart === null) {
      return null;
    }
    const bought = total(found.map(({ q, side }) => (side > 0 ? q : 0)));
    const sold = total(found.map(({ q, side }) => (side < 0 ? q : 0)));
    const moves = found.map(({ p, span }, i) => {
      const before = found[i - 1];
      return before !== undefined && before.span === span && span >= 0 ? p - before.p : 0;
    });
    const lift = total(moves.filter((move) => move > 0)) / bought;
    const press = -total(moves.filter((move) => move < 0)) / sold;
    const softened = (chart.soft * (bought + sold)) / 2 / (bought * sold);
    return bought * sold === 0 ? null : (lift - press) / (lift + press + softened);
  },
  open_interest(inputs, charts) {
    const chart = charts["5m"];
    const series = usable(inputs.openInterestBase, inputs.nowMs);
    if (chart === null || series === null) {
      return null;
    }
    const points = Array.from(series.timeMs, (t, i) => ({ t, value: series.value[i] ?? Number.NaN }));
    const newest = points.at(-1);
    const hourBefore = points.filter(({ t }) => newest !== undefined && t <= newest.t - 60 * MINUTE).at(-1);
    if (newest === undefined || hourBefore === undefined || hourBefore.value === 0) {
      return null;
    }
    const grown = (100 * (newest.value - hourBefore.value)) / hourBefore.value;
    const closes = chart.bars.map(({ c }) => c);
    const move = ((closes.at(-1) ?? Number.NaN) - (closes.at(-13) ?? Number.NaN)) / usualMove(chart, 12);
    const old = newest.t - hourBefore.t > 70 * MINUTE;
    return old ? null : Math.tanh(move) * (0.7 + 0.3 * Math.tanh(grown));
  },
};

interface Trade {
  readonly t: number;
  readonly q: number;
  readonly p: number;
  readonly side: number;
  /** How long before the last trade, ms. */
  readonly before: number;
  /** Number of the covered span it lies in, -1 in none. */
  readonly span: number;
}

/** The trades after the moment `minutes` before the input's time; null where too little is covered or too few are there. */
function tradesOf(inputs: SymbolInputs, minutes: number, leastCovered: number, least: number): readonly Trade[] | null {
  const trades = usable(inputs.trades, inputs.nowMs);
  if (trades === null || !inputs.trades.known) {
    return null;
  }
  const to = inputs.trades.asOfMs;
  const from = to - minutes * MINUTE;
  const covered = trades.coverage.map(({ fromMs, toMs }) => Math.min(toMs, to) - Math.max(fromMs, from));
  const found = listOf(trades, to).filter(({ t }) => t > from);
  return total(covered.filter((ms) => ms > 0)) < leastCovered || found.length < Math.max(1, least) ? null : found;
}

/** Those until a moment. */
function listOf({ timeMs, quantityBase, price, takerSide, coverage }: Trades, untilMs: number): readonly Trade[] {
  const end = Math.max(...timeMs.filter((t) => t <= untilMs));
  return Array.from(timeMs, (t, i) => ({
    t,
    q: quantityBase[i] ?? Number.NaN,
    p: price[i] ?? Number.NaN,
    side: takerSide[i] ?? Number.NaN,
    before: end - t,
    span: coverage.findIndex(({ fromMs, toMs }) => fromMs <= t && t <= toMs),
  })).filter(({ t }) => t <= untilMs);
}

/** tanh of (bought - sold) / both, each trade with its weight. `window` is minutes, ms covered, trades. */
function balance(
  inputs: SymbolInputs,
  [minutes, leastCovered, least]: readonly [number, number, number],
  weight: (trade: Trade) => number,
  scale: number,
): Signal {
  const found = tradesOf(inputs, minutes, leastCovered, least);
  const bought = total((found ?? []).filter(({ side }) => side > 0).map(weight));
  const sold = total((found ?? []).filter(({ side }) => side < 0).map(weight));
  return bought + sold > 0 ? Math.tanh((bought - sold) / (bought + sold) / scale) : null;
}
