import type { Timeframe } from "@pulseboard/engine";
import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import { type Figure, type Mismatch, mismatches } from "./figures.mts";
import { candleRows } from "./ledger-candles.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { mean, total } from "./own-indicators.mts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CLOSE = 4;
const LEAST_SYMBOLS = 10;
const MOST_HOURS = 168;
const LEAST_HOURS = 72;
const DAY_HOURS = 24;
const MINUTES: Readonly<Partial<Record<Timeframe, number>>> = { "5m": 5, "30m": 30 };
/** Hours of each move, the candles that it is made from, and how many of these it needs. */
const MOVES = [
  [1, "5m"],
  [4, "5m"],
  [24, "30m"],
  [72, "30m"],
] as const;
const LEAST_CANDLES = { "5m": 49, "30m": 145 } as const;
const BITCOIN = "BTCUSDT";

type Analysis = Pick<AnalysisDocument, "symbol" | "as_of" | "inputs" | "outlook" | "against_btc">;
type Row = Pick<
  MobileSnapshot["confluence_scores"][number],
  "symbol" | "outlook" | "beta_btc" | "correlation_btc" | "own_move_24h"
>;
type Ledger = Pick<MarketLedger, "answer">;

const closes = new WeakMap<object, Map<string, number>>();

/** The log of the close at the newest moment, at or before `asOf`, at which a candle closes, less so many hours. */
function logAt(ledger: Ledger, symbol: string, timeframe: "5m" | "30m", asOf: number, hoursAgo = 0): number {
  const intervalMs = (MINUTES[timeframe] ?? 0) * MINUTE_MS;
  const closedMs = Math.floor((asOf * 1000) / intervalMs) * intervalMs - hoursAgo * HOUR_MS;
  const known = closes.get(ledger) ?? new Map<string, number>();
  closes.set(ledger, known);
  const key = `${symbol} ${timeframe} ${closedMs}`;
  const close = known.get(key) ?? candleRows(ledger, symbol, { timeframe, closedMs, count: 1 })[0]?.[CLOSE];
  known.set(key, close ?? Number.NaN);
  return Math.log(close ?? Number.NaN);
}

/** Whether the analysis had the newest candles, and enough of them. */
function hasCandles({ as_of: asOf, inputs }: Analysis, timeframe: "5m" | "30m"): boolean {
  const input = inputs.find((each) => each.input === `candles_${timeframe}`);
  const seconds = (MINUTES[timeframe] ?? 0) * 60;
  const newest = Math.floor(asOf / seconds) * seconds;
  return input !== undefined && input.count >= LEAST_CANDLES[timeframe] && input.as_of === newest;
}

const hourly = (ledger: Ledger, symbol: string, asOf: number, hours: number): readonly number[] =>
  Array.from(
    { length: hours },
    (_, h) => logAt(ledger, symbol, "30m", asOf, h) - logAt(ledger, symbol, "30m", asOf, h + 1),
  );

/**
 * The outlook is that of the ledger's closes, with the market's moves those of all symbols that have one.
 *
 * @param rows of all scored symbols; null where they are not known
 */
export function checkOutlook(analysis: Analysis, rows: readonly Row[] | null, ledger: Ledger): readonly Mismatch[] {
  const { symbol, as_of: asOf, outlook } = analysis;
  const at = `outlook of ${symbol}`;
  if (outlook === undefined) {
    return [`${at}: there is none`];
  }
  const row = rows?.find((each) => each.symbol === symbol);
  const market = rows?.filter((each) => each.outlook != null) ?? null;
  if (outlook.revm === null) {
    const isMade = market !== null && market.length >= LEAST_SYMBOLS && hasCandles(analysis, "5m");
    return isMade && hasCandles(analysis, "30m") ? [`${at}: is null (${outlook.reason}) with all that it needs`] : [];
  }
  if (market !== null && market.length < LEAST_SYMBOLS) {
    return [`${at}: is ${outlook.revm} in a market of ${market.length} symbols`];
  }
  const hours = Math.min(MOST_HOURS, hoursOf(analysis));
  const usual = Math.sqrt(mean(hourly(ledger, symbol, asOf, hours).map((value) => value ** 2)));
  const moved = (name: string, [k, timeframe]: (typeof MOVES)[number]) =>
    logAt(ledger, name, timeframe, asOf) - logAt(ledger, name, timeframe, asOf, k);
  const parts = MOVES.map((move, index) => {
    const shown = outlook.moves[index];
    const own = moved(symbol, move);
    const ofMarket =
      market === null ? (shown?.market_log_move ?? Number.NaN) : mean(market.map((each) => moved(each.symbol, move)));
    return { hours: move[0], shown, own, ofMarket, deviations: (own - ofMarket) / (usual * Math.sqrt(move[0])) };
  });
  const figures = parts.flatMap(({ hours: k, shown, own, ofMarket, deviations }): readonly Figure[] => [
    { path: `own_log_move of ${k} h`, shown: shown?.own_log_move ?? null, exact: own, decimals: 8 },
    { path: `market_log_move of ${k} h`, shown: shown?.market_log_move ?? null, exact: ofMarket, decimals: 8 },
    { path: `deviations of ${k} h`, shown: shown?.deviations ?? null, exact: deviations, decimals: 5 },
  ]);
  const revm = -total(parts.map(({ deviations }) => Math.tanh(deviations))) / parts.length;
  return mismatches(at, [
    ...figures,
    { path: "hourly_deviation", shown: outlook.hourly_deviation, exact: usual, decimals: 8 },
    { path: "revm", shown: outlook.revm, exact: revm, decimals: 5 },
    ...(row === undefined ? [] : [{ path: "the row's", shown: row.outlook ?? null, exact: revm, decimals: 4 }]),
  ]);
}

/** How many hourly returns the analysis had candles for. */
function hoursOf({ inputs }: Analysis): number {
  const count = inputs.find(({ input }) => input === "candles_30m")?.count ?? 0;
  return Math.floor((count - 1) / 2);
}

/** Beta, correlation and own move are those of the ledger's hourly closes. */
export function checkAgainstBitcoin(analysis: Analysis, row: Row | undefined, ledger: Ledger): readonly Mismatch[] {
  const { symbol, as_of: asOf, against_btc: shown } = analysis;
  const at = `${symbol} against Bitcoin`;
  if (shown === undefined) {
    return [`${at}: there is nothing`];
  }
  if (shown.hourly_returns === null) {
    // Of another symbol, Bitcoin's own candles may be what was not there.
    const isMade = symbol === BITCOIN && hasCandles(analysis, "30m");
    return isMade ? [`${at}: is null (${shown.reason}) with all that it needs`] : [];
  }
  const hours = shown.hourly_returns;
  if (hours < LEAST_HOURS || hours > Math.min(MOST_HOURS, hoursOf(analysis))) {
    return [`${at}: hourly_returns is ${hours}, of ${hoursOf(analysis)}`];
  }
  const own = hourly(ledger, symbol, asOf, hours);
  const bitcoin = hourly(ledger, BITCOIN, asOf, hours);
  const [ownMean, bitcoinMean] = [mean(own), mean(bitcoin)];
  const together = mean(own.map((value, h) => (value - ownMean) * ((bitcoin[h] ?? Number.NaN) - bitcoinMean)));
  const [ownVariance, bitcoinVariance] = [
    mean(own.map((value) => (value - ownMean) ** 2)),
    mean(bitcoin.map((value) => (value - bitcoinMean) ** 2)),
  ];
  const beta = together / bitcoinVariance;
  const correlation = together / Math.sqrt(ownVariance * bitcoinVariance);
  const day = (returns: readonly number[]) => total(returns.slice(0, DAY_HOURS));
  const move = 100 * (Math.exp(day(own) - beta * day(bitcoin)) - 1);
  return mismatches(at, [
    { path: "beta", shown: shown.beta, exact: beta, decimals: 6 },
    { path: "correlation", shown: shown.correlation, exact: correlation, decimals: 6 },
    { path: "own_move_24h", shown: shown.own_move_24h, exact: move, decimals: 4 },
    ...(row === undefined
      ? []
      : [
          { path: "beta_btc", shown: row.beta_btc ?? null, exact: beta, decimals: 3 },
          { path: "correlation_btc", shown: row.correlation_btc ?? null, exact: correlation, decimals: 3 },
          { path: "the row's own_move_24h", shown: row.own_move_24h ?? null, exact: move, decimals: 4 },
        ]),
  ]);
}
