import type { Answer } from "../../../operator/http-client.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reaches into answers at will.
type Body = any;

/** Changes the body of an answer in place, or more of the answer by what it returns. */
export type Change = (body: Body, query: URLSearchParams) => Partial<Answer> | undefined;

const CONTRACTS = "/v5/market/instruments-info";
export const TICKERS = "/v5/market/tickers";
const KLINE = "/v5/market/kline";
const BOOK = "/v5/market/orderbook";
const TRADES = "/v5/market/recent-trade";
const OPEN_INTEREST = "/v5/market/open-interest";
const ACCOUNT_RATIO = "/v5/market/account-ratio";
const FUNDING = "/v5/market/funding/history";

type Row = Record<string, Body>;

/** Changes an answer's list. */
const list =
  (change: (rows: Row[]) => unknown, isMeant: (query: URLSearchParams) => boolean = () => true): Change =>
  (body, query) => {
    if (isMeant(query) && body.result.list !== undefined) {
      change(body.result.list);
    }
    return undefined;
  };
/** Changes each row of it that is meant. */
const each = (change: (row: Row) => Row, isMeant: (row: Row) => boolean = () => true): Change =>
  list((rows) => {
    for (const row of rows.filter(isMeant)) {
      Object.assign(row, change(row));
    }
  });
const scaled = (field: string, factor: number): Change =>
  each(
    (row) => ({ [field]: String(Number(row[field]) * factor) }),
    (row) => row[field] !== "",
  );
const swapped = (first: string, second: string): Change =>
  each((row) => ({ [first]: row[second], [second]: row[first] }));
const both =
  (first: Change, second: Change): Change =>
  (body, query) => {
    first(body, query);
    return second(body, query);
  };
const reversed = list((rows) => rows.reverse());
/** Changes something of the answer itself. */
const envelope =
  (fields: (body: Body) => object, isMeant: (query: URLSearchParams) => boolean = () => true): Change =>
  (body, query) => {
    Object.assign(body, isMeant(query) ? fields(body) : {});
    return undefined;
  };
const result = (fields: (result: Row) => object, isMeant?: (query: URLSearchParams) => boolean): Change =>
  envelope((body) => ({ result: { ...body.result, ...fields(body.result) } }), isMeant);

const isBitcoin = ({ symbol }: Row): boolean => symbol === "BTCUSDT";
const isFirstPage = (query: URLSearchParams): boolean => query.get("limit") === "2" && !query.has("cursor");
const isSecondPage = (query: URLSearchParams): boolean => query.has("cursor");
const isWhole = (query: URLSearchParams): boolean => query.get("limit") === "1000";
const ofInterval =
  (interval: string) =>
  (query: URLSearchParams): boolean =>
    query.get("interval") === interval && query.get("symbol") === "BTCUSDT" && query.has("end");
const isOpen = (query: URLSearchParams): boolean => query.get("limit") === "2";
/** Changes a column of candles. */
const column = (interval: string, index: number, change: (value: number) => number): Change =>
  list((rows) => {
    for (const row of rows) {
      row[index] = String(change(Number(row[index])));
    }
  }, ofInterval(interval));

/** As many candles, but one earlier. */
function withoutNewest(rows: Row[]): void {
  rows.shift();
  const [start, ...figures] = Object.values(rows.at(-1) ?? {});
  rows.push([String(Number(start) - 60_000), ...figures] as Body);
}

/** Each assumption with an endpoint, and a change of its answers that breaks this assumption alone. */
export const BROKEN: readonly (readonly [assumption: string, path: string, change: Change])[] = [
  ["envelope", CONTRACTS, envelope(({ time }) => ({ time: String(time) }), isSecondPage)],
  ["time", FUNDING, envelope(({ time }) => ({ time: time - 120_000 }))],
  ["limit headers", FUNDING, () => ({ headers: { "x-bapi-limit": "many" } })],
  ["contract fields", CONTRACTS, list((rows) => Object.assign(rows[0] ?? {}, { baseCoin: "" }), isWhole)],
  [
    "contract kinds",
    CONTRACTS,
    list((rows) => rows.slice(90).map((row) => Object.assign(row, { status: "Open" })), isWhole),
  ],
  ["contract names", CONTRACTS, list((rows) => Object.assign(rows[90] ?? {}, { symbol: "A.BUSDT" }), isWhole)],
  ["symbol types", CONTRACTS, each(() => ({ symbolType: "nft" }), isBitcoin)],
  [
    "funding interval",
    CONTRACTS,
    each(
      () => ({ fundingInterval: 5 }),
      ({ symbol }) => symbol === "ETHUSDT",
    ),
  ],
  ["pre-listing", CONTRACTS, each(() => ({ isPreListing: "false" }), isBitcoin)],
  ["pages", CONTRACTS, list((rows) => rows.reverse(), isFirstPage)],
  ["last page", CONTRACTS, result(() => ({ nextPageCursor: null }), isWhole)],
  ["tickers at once", TICKERS, list((rows) => rows.splice(-20))],
  ["ticker figures", TICKERS, each(() => ({ indexPrice: 1 }), isBitcoin)],
  ["24 h change", TICKERS, scaled("price24hPcnt", 100)],
  ["24 h volume", TICKERS, swapped("volume24h", "turnover24h")],
  ["open interest value", TICKERS, scaled("openInterestValue", 0.5)],
  ["one side", TICKERS, scaled("singleOpenInterest", 2)],
  ["funding rate", TICKERS, scaled("fundingRate", 1_000)],
  ["funding hours", TICKERS, scaled("fundingIntervalHour", 60)],
  ["next funding", TICKERS, scaled("nextFundingTime", 0.001)],
  ["quotes", TICKERS, swapped("bid1Price", "ask1Price")],
  ["mark and index", TICKERS, scaled("indexPrice", 1.1)],
  ["bitcoin", TICKERS, each(() => ({ symbol: "XBTUSDT" }), isBitcoin)],
  ["candle rows", KLINE, list((rows) => rows.map((row) => row.push("1")), ofInterval("1"))],
  ["candle order", KLINE, reversed],
  ["candle starts", KLINE, list((rows) => rows.splice(5, 1), ofInterval("30"))],
  ["candle limit", KLINE, list((rows) => rows.splice(200), ofInterval("1"))],
  ["candle end", KLINE, list(withoutNewest, ofInterval("1"))],
  ["open candle", KLINE, list((rows) => rows.shift() && rows.shift(), isOpen)],
  ["candle prices", KLINE, column("240", 2, (high) => high / 2)],
  ["candle volume", KLINE, column("1", 6, (turnover) => turnover / 2)],
  ["longer candles", KLINE, column("5", 5, (volume) => volume / 5)],
  ["book levels", BOOK, result(({ b }) => ({ b: b.slice(1) }))],
  ["book order", BOOK, result(({ a }) => ({ a: a.toReversed() }))],
  ["book time", BOOK, result(({ ts }) => ({ ts: String(ts) }))],
  ["trade fields", TRADES, each(({ side }) => ({ side: side.toLowerCase() }))],
  ["trade names", TRADES, each(() => ({ execId: "same" }))],
  ["trade order", TRADES, reversed],
  ["trade limit", TRADES, list((rows) => rows.splice(500))],
  ["taker side", TRADES, each(({ side }) => ({ side: side === "Buy" ? "Sell" : "Buy" }))],
  ["open interest order", OPEN_INTEREST, reversed],
  ["open interest times", OPEN_INTEREST, scaled("timestamp", 0.001)],
  ["open interest limit", OPEN_INTEREST, list((rows) => rows.pop())],
  ["open interest sides", OPEN_INTEREST, scaled("singleOpenInterest", 2)],
  ["open interest unit", OPEN_INTEREST, both(scaled("openInterest", 75_000), scaled("singleOpenInterest", 75_000))],
  ["account ratio order", ACCOUNT_RATIO, reversed],
  ["account ratio times", ACCOUNT_RATIO, scaled("timestamp", 0.001)],
  ["account ratio limit", ACCOUNT_RATIO, list((rows) => rows.splice(200))],
  ["account ratio shares", ACCOUNT_RATIO, scaled("buyRatio", 100)],
  ["funding history order", FUNDING, reversed],
  ["funding history times", FUNDING, scaled("fundingRateTimestamp", 0.001)],
  ["funding history limit", FUNDING, list((rows) => rows.splice(100))],
  ["funding history rates", FUNDING, scaled("fundingRate", 10_000)],
  [
    "unknown symbol",
    KLINE,
    envelope(
      () => ({ retCode: 10_016 }),
      (query) => query.get("symbol") === "NOSUCHCOINUSDT",
    ),
  ],
  [
    "wrong parameter",
    KLINE,
    envelope(
      () => ({ retCode: 0 }),
      (query) => query.get("interval") === "7",
    ),
  ],
  ["unknown route", "/v5/market/no-such-route", () => ({ status: 200 })],
];
