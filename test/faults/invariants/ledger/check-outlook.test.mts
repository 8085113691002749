import { againstBitcoin, candlesFromRows, outlooks, priceMoves, TIMEFRAME_MS } from "@pulseboard/engine";
import { describe, expect, it } from "vitest";
import { checkAgainstBitcoin, checkOutlook } from "./check-outlook.mts";
import { candleRows } from "./ledger-candles.mts";
import { openMarketLedger } from "./market-ledger.mts";

const NOW_MS = Date.UTC(2026, 4, 12, 9, 40, 3);
const ledger = openMarketLedger({ marketSeed: 5, symbolCount: 12, startAtMs: NOW_MS });
const SYMBOLS = ledger.symbols.slice(0, 11);
const COUNTS = { "5m": 60, "30m": 400 } as const;

const made = SYMBOLS.map((symbol) => {
  const input = (timeframe: "5m" | "30m") => {
    const intervalMs = TIMEFRAME_MS[timeframe];
    const closedMs = NOW_MS - (NOW_MS % intervalMs);
    const rows = candleRows(ledger, symbol, { timeframe, closedMs, count: COUNTS[timeframe] });
    const value = candlesFromRows(rows, intervalMs, NOW_MS);
    return { known: true, value, asOfMs: closedMs, periodMs: intervalMs } as const;
  };
  const none = { known: false, reason: "not_provided", periodMs: 60_000 } as const;
  const candles = { "1m": none, "5m": input("5m"), "30m": input("30m"), "4h": none };
  return { symbol, candles, moves: priceMoves({ nowMs: NOW_MS, candles }) };
});
const outlookOf = outlooks(made);
const bitcoin = made.find(({ symbol }) => symbol === "BTCUSDT")?.moves.hourlyReturns;

const ANALYSES = made.map(({ symbol, candles, moves }) => {
  const outlook = outlookOf.get(symbol);
  const against = againstBitcoin(moves.hourlyReturns, bitcoin ?? { known: false, reason: "not_provided" });
  if (outlook?.known !== true || !against.known) {
    throw new Error("the ledger has all candles");
  }
  return {
    symbol,
    as_of: Math.floor(NOW_MS / 1000),
    inputs: (["5m", "30m"] as const).map((timeframe) => ({
      input: `candles_${timeframe}`,
      as_of: candles[timeframe].asOfMs / 1000,
      age_s: 1,
      count: COUNTS[timeframe],
      fresh: true,
      reason: null,
    })),
    outlook: {
      revm: outlook.revm as number | null,
      reason: null,
      sentence: outlook.sentence,
      hourly_deviation: outlook.hourlyDeviation,
      moves: outlook.moves.map(({ hours, ownLogMove, marketLogMove, deviations }) => ({
        hours,
        own_log_move: ownLogMove,
        market_log_move: marketLogMove,
        deviations,
      })),
    },
    against_btc: {
      beta: against.beta,
      correlation: against.correlation,
      own_move_24h: 100 * Math.expm1(against.ownLogMove),
      hourly_returns: against.hourlyReturns as number | null,
      reason: null,
    },
  };
});
const ROWS = ANALYSES.map(({ symbol, outlook, against_btc }) => ({
  symbol,
  outlook: outlook.revm,
  beta_btc: against_btc.beta,
  correlation_btc: against_btc.correlation,
  own_move_24h: against_btc.own_move_24h,
}));
type Analysis = (typeof ANALYSES)[number];

function changed(change: (analysis: Analysis) => void): Analysis {
  const copy = structuredClone(ANALYSES[1]);
  if (copy === undefined) {
    throw new Error("there are symbols");
  }
  change(copy);
  return copy;
}

describe("the outlook", () => {
  it("that the ledger's candles give is right, also where only some of the market is known", () => {
    expect(ANALYSES.flatMap((analysis) => checkOutlook(analysis, ROWS, ledger))).toEqual([]);
    expect(ANALYSES.flatMap((analysis) => checkOutlook(analysis, null, ledger))).toEqual([]);
  });

  it.each<[name: string, change: (outlook: Analysis["outlook"]) => unknown]>([
    ["revm is", (outlook) => Object.assign(outlook, { revm: -(outlook.revm ?? 0) })],
    ["hourly_deviation is", (outlook) => Object.assign(outlook, { hourly_deviation: 1.01 * outlook.hourly_deviation })],
    ["own_log_move of 1 h is", ({ moves: [first] }) => Object.assign(first ?? {}, { own_log_move: 0.1 })],
    ["market_log_move of 4 h is", ({ moves: [, second] }) => Object.assign(second ?? {}, { market_log_move: 0.1 })],
    ["deviations of 72 h is", ({ moves: [, , , last] }) => Object.assign(last ?? {}, { deviations: 0.1 })],
    ["is null \\(null\\) with all", (outlook) => Object.assign(outlook, { revm: null })],
  ])("a wrong one is found: %s", (found, change) => {
    const analysis = changed(({ outlook }) => void change(outlook));
    expect(checkOutlook(analysis, ROWS, ledger).join("\n")).toMatch(new RegExp(found));
  });

  it("is none below 10 symbols, and may be none without the newest candles", () => {
    const few = ROWS.slice(0, 9);
    expect(
      checkOutlook(
        changed(() => {}),
        few,
        ledger,
      ).join(),
    ).toContain("in a market of 9 symbols");
    expect(
      checkOutlook(
        changed(({ outlook }) => Object.assign(outlook, { revm: null })),
        few,
        ledger,
      ),
    ).toEqual([]);
    const old = changed(({ outlook, inputs }) => {
      Object.assign(outlook, { revm: null });
      Object.assign(inputs[0] ?? {}, { as_of: (inputs[0]?.as_of ?? 0) - 300 });
    });
    expect(checkOutlook(old, ROWS, ledger)).toEqual([]);
  });

  it("of a row is that of its analysis", () => {
    const rows = ROWS.map((row, i) => (i === 1 ? { ...row, outlook: (row.outlook ?? 0) + 0.001 } : row));
    expect(
      checkOutlook(
        changed(() => {}),
        rows,
        ledger,
      ).join(),
    ).toContain("the row's is");
  });
});

describe("against Bitcoin", () => {
  it("what the ledger's candles give is right", () => {
    expect(ANALYSES.flatMap((analysis, i) => checkAgainstBitcoin(analysis, ROWS[i], ledger))).toEqual([]);
  });

  it.each<[name: string, change: (against: Analysis["against_btc"]) => unknown]>([
    ["beta is", (against) => Object.assign(against, { beta: against.beta + 2e-6 })],
    ["correlation is", (against) => Object.assign(against, { correlation: against.correlation + 2e-6 })],
    ["own_move_24h is", (against) => Object.assign(against, { own_move_24h: against.own_move_24h + 2e-4 })],
    ["hourly_returns is 169", (against) => Object.assign(against, { hourly_returns: 169 })],
  ])("a wrong figure is found: %s", (found, change) => {
    const analysis = changed(({ against_btc }) => void change(against_btc));
    expect(checkAgainstBitcoin(analysis, ROWS[1], ledger).join("\n")).toContain(found);
  });

  it("Bitcoin's own are known with its candles", () => {
    const own = ANALYSES.find(({ symbol }) => symbol === "BTCUSDT");
    const without = { ...own, against_btc: { ...own?.against_btc, hourly_returns: null } } as Analysis;
    expect(checkAgainstBitcoin(without, undefined, ledger).join()).toContain("with all that it needs");
  });
});
