import type { AnalysisDocument, MobileSnapshot } from "@pulseboard/snapshot";
import { candlesOf } from "./check-candle-rules.mts";
import type { Mismatch } from "./figures.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { basisReading, fundingReading, longShortReading, openInterestReading } from "./positioning-rules.mts";
import { compareReading, type Expected, ruleOf } from "./rule-readings.mts";

const HOUR_MS = 3_600_000;
const SECOND_MS = 1_000;
/** An hour of open interest, every 5 min. */
const INTEREST_POINTS = 13;
/** Points of a first answer, which is as long as that where no row of it is unusable. */
const FIRST_POINTS = { open_interest: 200, long_account_share: 480, funding_rate: 200 } as const;

type Analysis = Pick<AnalysisDocument, "symbol" | "as_of" | "inputs" | "components">;
type Row = Pick<MobileSnapshot["confluence_scores"][number], "turnover_24h">;
type SeriesName = keyof typeof FIRST_POINTS;

interface Answer {
  readonly result: { readonly list: readonly Readonly<Record<string, string>>[] };
}

/**
 * The rules on funding, basis, accounts and open interest are those of the ledger's series, and of its ticker at one moment.
 *
 * @param mayHaveHoles points of a series may be missing between others: then nothing is said of one that is shorter than a first answer
 */
export function checkPositioningRules(
  analysis: Analysis,
  row: Row | undefined,
  ledger: Pick<MarketLedger, "answer" | "rowAt" | "spanOf">,
  mayHaveHoles: boolean,
): readonly Mismatch[] {
  const { symbol, inputs } = analysis;
  /** Of the newest point, Unix ms, and how many there are. */
  const usable = (name: string) => {
    const input = inputs.find((each) => each.input === name);
    return input === undefined || input.as_of === null || input.reason !== null
      ? null
      : { atMs: input.as_of * SECOND_MS, count: input.count };
  };
  const isWhole = (name: SeriesName): boolean => !mayHaveHoles || (usable(name)?.count ?? 0) >= FIRST_POINTS[name];
  const compare = (component: "sentiment" | "orderflow", rule: string, expected: Expected | null) =>
    compareReading(`analysis of ${symbol}: ${component}.${rule}`, ruleOf(analysis, component, rule), expected);
  const series = (path: string, name: string, { atMs, count }: { readonly atMs: number; readonly count: number }) =>
    (ledger.answer(`${path}&symbol=${symbol}&limit=${count}&endTime=${atMs}`, atMs + SECOND_MS) as Answer).result.list
      .map((point) => Number(point[name]))
      .toReversed();

  const accounts = usable("long_account_share");
  const shares =
    accounts === null
      ? null
      : series("/v5/market/account-ratio?category=linear&period=1h", "buyRatio", {
          ...accounts,
          count: Math.min(accounts.count, 480),
        });
  const interest = usable("open_interest");
  const candles = candlesOf(analysis, "5m", ledger)?.candles ?? null;
  const open =
    interest === null || candles === null || interest.count < INTEREST_POINTS
      ? null
      : openInterestReading(
          series("/v5/market/open-interest?category=linear&intervalTime=5min", "singleOpenInterest", {
            ...interest,
            count: INTEREST_POINTS,
          }),
          candles,
        );
  const accountsReading = shares === null || shares.length < 48 ? null : longShortReading(shares);
  return [
    ...(isWhole("long_account_share") ? compare("sentiment", "long_short_ratio", accountsReading) : []),
    ...(isWhole("open_interest") ? compare("orderflow", "open_interest", open) : []),
    ...checkTicker(),
  ];

  function checkTicker(): readonly Mismatch[] {
    if (row?.turnover_24h == null) {
      return [];
    }
    // That of the refresh before where a server that lags behind answered: then funding is of that time, though nothing was traded since.
    const tickerAt = (usable("ticker")?.atMs ?? analysis.as_of * SECOND_MS) / SECOND_MS;
    const span = ledger.spanOf(tickerAt, (ms) => ledger.rowAt(symbol, ms).turnoverUsd, row.turnover_24h, 2);
    const settlements = usable("funding_rate");
    const rates =
      settlements === null
        ? null
        : series("/v5/market/funding/history?category=linear", "fundingRate", {
            ...settlements,
            count: Math.min(settlements.count, 200),
          });
    const hours = fundingHours();
    let closest: readonly Mismatch[] = [];
    for (let timeMs = span?.fromMs ?? 0; span !== null && timeMs <= span.toMs; timeMs++) {
      const { mark, index, fundingRate8h } = ledger.rowAt(symbol, timeMs);
      const settled = rates?.map((rate) => (rate * 8) / hours) ?? null;
      const funding = settled === null || settled.length < 20 ? null : fundingReading(settled, fundingRate8h);
      const wrong = [
        ...compare("sentiment", "basis", basisReading(mark, index)),
        ...(isWhole("funding_rate") ? compare("sentiment", "funding_rate", funding) : []),
      ];
      if (wrong.length === 0) {
        return [];
      }
      closest = wrong;
    }
    return closest;
  }

  /** Between two settlements. */
  function fundingHours(): number {
    const path = `/v5/market/funding/history?category=linear&symbol=${symbol}&limit=2`;
    const [newest, before] = (ledger.answer(path, analysis.as_of * SECOND_MS) as Answer).result.list.map(
      ({ fundingRateTimestamp }) => Number(fundingRateTimestamp),
    );
    return ((newest ?? Number.NaN) - (before ?? Number.NaN)) / HOUR_MS;
  }
}
