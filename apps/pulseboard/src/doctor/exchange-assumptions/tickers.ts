import { type Assumption, every, isNear, most, shown } from "./assumption.ts";
import { decimal, type Row, rowsOf, timeOf, tradedContracts, tradedTickers } from "./evidence.ts";

const NEEDS = ["contracts", "tickers"] as const;
/** Contracts may be listed and delisted between the two requests. */
const MISSING_SHARE = 0.02;
/** A fraction; in percent it would be a hundred times as much. */
const USUAL_FUNDING_RATE = 0.005;
const HOUR_MS = 3_600_000;

const FIGURES = [
  ...["lastPrice", "markPrice", "indexPrice", "prevPrice24h", "price24hPcnt", "highPrice24h", "lowPrice24h"],
  ...["volume24h", "turnover24h", "openInterest", "openInterestValue", "fundingRate", "nextFundingTime"],
  ...["bid1Price", "ask1Price"],
] as const;

const figure = (row: Row, name: string): number => decimal(row[name]);
const isTraded = (row: Row): boolean => figure(row, "volume24h") > 0;

export const TICKER_ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "tickers at once",
    assumed: "one answer has a row for every contract",
    needs: NEEDS,
    look: (evidence) => {
      const contracts = tradedContracts(evidence).length;
      const tickers = tradedTickers(evidence).length;
      const holds = contracts > 0 && tickers >= contracts * (1 - MISSING_SHARE);
      return { holds, seen: `${tickers} of ${contracts} contracts` };
    },
  },
  {
    name: "ticker figures",
    assumed: `${FIGURES.join(", ")} are decimal texts, empty where unknown`,
    needs: NEEDS,
    look: (evidence) =>
      every(tradedTickers(evidence), (row) =>
        FIGURES.every((name) => row[name] === "" || !Number.isNaN(figure(row, name))),
      ),
  },
  {
    name: "24 h change",
    assumed: "price24hPcnt is a fraction: lastPrice / prevPrice24h - 1",
    needs: NEEDS,
    look: (evidence) =>
      most(
        tradedTickers(evidence),
        (row) =>
          Math.abs(figure(row, "lastPrice") / figure(row, "prevPrice24h") - 1 - figure(row, "price24hPcnt")) < 0.003,
      ),
  },
  {
    name: "24 h volume",
    assumed: "volume24h is in the base coin and turnover24h in USD: their ratio is a price of the day",
    needs: NEEDS,
    look: (evidence) =>
      most(tradedTickers(evidence).filter(isTraded), (row) => {
        const average = figure(row, "turnover24h") / figure(row, "volume24h");
        return average >= figure(row, "lowPrice24h") * 0.99 && average <= figure(row, "highPrice24h") * 1.01;
      }),
  },
  {
    name: "open interest value",
    assumed: "openInterestValue is in USD: openInterest * markPrice",
    needs: NEEDS,
    look: (evidence) =>
      most(tradedTickers(evidence), (row) =>
        isNear(figure(row, "openInterestValue"), figure(row, "openInterest") * figure(row, "markPrice"), 0.03),
      ),
  },
  {
    name: "one side",
    assumed: "singleOpenInterest is half of openInterest, which counts both sides of each contract",
    needs: NEEDS,
    look: (evidence) =>
      most(
        tradedTickers(evidence).filter((row) => figure(row, "openInterest") > 0),
        (row) => isNear(figure(row, "singleOpenInterest"), figure(row, "openInterest") / 2, 0.02),
      ),
  },
  {
    name: "funding rate",
    assumed: `fundingRate is a fraction for each interval: usually below ${USUAL_FUNDING_RATE}`,
    needs: NEEDS,
    look: (evidence) =>
      most(
        tradedTickers(evidence).filter(({ fundingRate }) => fundingRate !== ""),
        (row) => Math.abs(figure(row, "fundingRate")) < USUAL_FUNDING_RATE,
      ),
  },
  {
    name: "funding hours",
    assumed: "fundingIntervalHour is in hours: fundingInterval of the contract / 60",
    needs: NEEDS,
    look: (evidence) => {
      const minutes = new Map(tradedContracts(evidence).map((row) => [row.symbol, row.fundingInterval]));
      return most(
        tradedTickers(evidence),
        (row) => figure(row, "fundingIntervalHour") * 60 === minutes.get(row.symbol),
      );
    },
  },
  {
    name: "next funding",
    assumed: "nextFundingTime is Unix ms, and at most one interval ahead",
    needs: NEEDS,
    look: (evidence) => {
      const timeMs = timeOf(evidence, "tickers");
      return most(tradedTickers(evidence), (row) => {
        const aheadMs = figure(row, "nextFundingTime") - timeMs;
        return aheadMs > -60_000 && aheadMs <= figure(row, "fundingIntervalHour") * HOUR_MS + 60_000;
      });
    },
  },
  {
    name: "quotes",
    assumed: "bid1Price is below ask1Price, and lastPrice between lowPrice24h and highPrice24h",
    needs: NEEDS,
    look: (evidence) =>
      most(
        tradedTickers(evidence).filter(isTraded),
        (row) =>
          (figure(row, "bid1Price") < figure(row, "ask1Price") || figure(row, "bid1Price") === 0) &&
          figure(row, "lastPrice") >= figure(row, "lowPrice24h") &&
          figure(row, "lastPrice") <= figure(row, "highPrice24h"),
      ),
  },
  {
    name: "mark and index",
    assumed: "markPrice is near indexPrice, within 5 %",
    needs: NEEDS,
    look: (evidence) =>
      most(tradedTickers(evidence), (row) => isNear(figure(row, "markPrice"), figure(row, "indexPrice"), 0.05)),
  },
  {
    name: "bitcoin",
    assumed: "BTCUSDT is the name of the contract on bitcoin in USDT",
    needs: NEEDS,
    look: (evidence) => {
      const row = rowsOf(evidence, "tickers").find(({ symbol }) => symbol === "BTCUSDT");
      return { holds: row !== undefined, seen: shown(row?.symbol) };
    },
  },
];
