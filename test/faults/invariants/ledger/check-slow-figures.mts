import { btcRealisedVolatility, candlesFromRows, fundingZScore, longShortEntropy } from "@pulseboard/engine";
import type { MobileSnapshot } from "@pulseboard/snapshot";
import { checkMeanDispersion } from "./check-mean-dispersion.mts";
import type { Mismatch } from "./figures.mts";
import { isRounded, type MarketLedger } from "./market-ledger.mts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HALF_HOUR_MS = HOUR_MS / 2;
/** The sources of the reference data renew theirs this often. */
const SLOT_MS = 300_000;
/** Older capitalisation is called stale; a section that is stale is not looked at beyond it. */
const SLOTS_KEPT = 7;
/** An account ratio of BTC, ETH and SOL counts for so many hours. */
const HOURS_KEPT = 4;
const POSITIONING_SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

interface Rows {
  readonly result: { readonly list: readonly Readonly<Record<string, string>>[] };
}
interface Candles {
  readonly result: { readonly list: readonly (readonly string[])[] };
}

/**
 * The figures that come from series and from other services: they are renewed every few minutes to once a day, so that a value
 * may be as old as that.
 */
export function checkSlowFigures(
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
  { startAtMs, seriesMayHaveHoles }: { readonly startAtMs: number; readonly seriesMayHaveHoles: boolean },
): readonly Mismatch[] {
  const asOf = snapshot.sections.perps.as_of;
  if (asOf === null) {
    return [];
  }
  const nowMs = asOf * 1000;
  return [
    ...checkPositioning(snapshot, ledger, nowMs),
    // It rests on 200 settled rates; all others rest on the newest points only.
    ...(seriesMayHaveHoles ? [] : checkFundingZScore(snapshot, ledger, nowMs)),
    ...checkVolatility(snapshot, ledger, nowMs),
    ...checkCapitalisation(snapshot, ledger, nowMs),
    ...checkFearAndGreed(snapshot, ledger, nowMs),
    ...checkMeanDispersion(snapshot, ledger, { nowMs, startAtMs }),
  ];
}

function checkPositioning({ perps }: MobileSnapshot, ledger: MarketLedger, nowMs: number): readonly Mismatch[] {
  const { long_pct, short_pct, ls_entropy } = perps;
  if (long_pct === null || short_pct === null || ls_entropy === null) {
    return long_pct === short_pct && short_pct === ls_entropy ? [] : ["perps: only some of the positioning is known"];
  }
  const shares = POSITIONING_SYMBOLS.map((symbol) => {
    const path = `/v5/market/account-ratio?category=linear&symbol=${symbol}&period=1h&limit=${HOURS_KEPT}`;
    return (ledger.answer(path, nowMs) as Rows).result.list.map(({ buyRatio }) => Number(buyRatio));
  });
  const sums = shares.reduce<number[]>((all, each) => all.flatMap((sum) => each.map((share) => sum + share)), [0]);
  const fits = sums.some((sum) => {
    const share = sum / POSITIONING_SYMBOLS.length;
    return (
      isRounded(long_pct, share * 100, 2) &&
      isRounded(short_pct, (1 - share) * 100, 2) &&
      isRounded(ls_entropy, longShortEntropy(share), 6)
    );
  });
  return fits
    ? []
    : [`perps: long_pct ${long_pct}, short_pct ${short_pct}, ls_entropy ${ls_entropy} are not the ledger's`];
}

function checkFundingZScore(snapshot: MobileSnapshot, ledger: MarketLedger, nowMs: number): readonly Mismatch[] {
  const { funding_zscore: shown } = snapshot.perps;
  if (shown === null) {
    return [];
  }
  const path = "/v5/market/funding/history?category=linear&symbol=BTCUSDT";
  const settled = (ledger.answer(path, nowMs) as Rows).result.list.map(({ fundingRate }) => Number(fundingRate));
  const scoresAt = (timeMs: number): readonly number[] => {
    const current = ledger.rowAt("BTCUSDT", timeMs).fundingRate8h;
    // The newest settlement may be late.
    return [settled, settled.slice(1)].flatMap((rates) => fundingZScore(rates.toReversed(), current) ?? []);
  };
  const isNow = Array.from({ length: 1000 }, (_, ms) => nowMs + ms).some((timeMs) =>
    scoresAt(timeMs).some((exact) => isRounded(shown, exact, 4)),
  );
  if (isNow) {
    return [];
  }
  // Before the symbols are collected it is the one of the refresh before.
  const { scores, perps } = snapshot.sections;
  const isEarlier =
    scores.as_of !== perps.as_of &&
    within(shown, Array.from({ length: 61 }, (_, minutes) => scoresAt(nowMs - minutes * 60_000)).flat());
  return isEarlier ? [] : [`perps: funding_zscore is ${shown}, and the ledger has ${scoresAt(nowMs)[0]}`];
}

function within(shown: number, values: readonly number[]): boolean {
  return shown >= Math.min(...values) - 0.01 && shown <= Math.max(...values) + 0.01;
}

/** From closed hours, so one value an hour. */
function checkVolatility(
  { market_overview }: MobileSnapshot,
  ledger: MarketLedger,
  nowMs: number,
): readonly Mismatch[] {
  const { btc_volatility: annualised, btc_daily_volatility: daily } = market_overview;
  if (annualised === null || daily === null) {
    return annualised === daily ? [] : ["overview: only one of bitcoin's volatilities is known"];
  }
  const fits = [0, 1, 2].some((hours) => {
    const timeMs = nowMs - hours * HOUR_MS;
    const path = "/v5/market/kline?category=linear&symbol=BTCUSDT&interval=30&limit=400";
    const rows = (ledger.answer(path, timeMs) as Candles).result.list.toReversed();
    const candles = candlesFromRows(
      rows.map((row) => row.slice(0, 6).map(Number)),
      HALF_HOUR_MS,
      timeMs,
    );
    const exact = btcRealisedVolatility(candles);
    return (
      exact !== null && isRounded(annualised, exact.annualisedPercent, 4) && isRounded(daily, exact.dailyPercent, 4)
    );
  });
  return fits ? [] : [`overview: btc_volatility ${annualised} and btc_daily_volatility ${daily} are not the ledger's`];
}

interface CoinGecko {
  readonly data: {
    readonly total_market_cap: { readonly usd: number };
    readonly market_cap_percentage: Readonly<Record<"btc" | "eth" | "usdt" | "usdc", number>>;
    readonly market_cap_change_percentage_24h_usd: number;
  };
}

interface CoinPaprika {
  readonly market_cap_usd: number;
  readonly bitcoin_dominance_percentage: number;
  readonly market_cap_change_24h: number;
}

function checkCapitalisation(snapshot: MobileSnapshot, ledger: MarketLedger, nowMs: number): readonly Mismatch[] {
  const { market_overview: shown } = snapshot;
  if (shown.total_market_cap === null) {
    return [];
  }
  // The source may have renewed it just after the tickers were taken.
  const slots = Array.from({ length: SLOTS_KEPT + 1 }, (_, index) => nowMs + SLOT_MS - index * SLOT_MS);
  const same = (a: number | null, b: number | null, decimals: number) =>
    a === null || b === null ? a === b : isRounded(a, b, decimals);
  const fits = slots.some((timeMs) => {
    const { data } = ledger.answer("/api/v3/global", timeMs) as CoinGecko;
    const paprika = ledger.answer("/v1/global", timeMs) as CoinPaprika;
    const { btc, eth, usdt, usdc } = data.market_cap_percentage;
    const candidates = [
      [data.total_market_cap.usd, data.market_cap_change_percentage_24h_usd, btc, eth, usdt + usdc] as const,
      [
        paprika.market_cap_usd,
        paprika.market_cap_change_24h,
        paprika.bitcoin_dominance_percentage,
        null,
        null,
      ] as const,
    ];
    return candidates.some(
      ([capUsd, change, bitcoin, ether, stable]) =>
        same(shown.total_market_cap, capUsd, 2) &&
        same(shown.market_cap_change_24h, change, 4) &&
        same(shown.btc_dominance, bitcoin, 4) &&
        same(shown.altcoin_dominance, 100 - bitcoin, 4) &&
        same(shown.eth_dominance, ether, 4) &&
        same(shown.stablecoin_dominance, stable, 4),
    );
  });
  return fits ? [] : [`reference: the capitalisation ${shown.total_market_cap} and its shares are not the ledger's`];
}

interface FearAndGreed {
  readonly data: readonly { readonly value: string; readonly value_classification: string }[];
}

function checkFearAndGreed({ market_overview: shown }: MobileSnapshot, ledger: MarketLedger, nowMs: number) {
  if (shown.fear_greed_value === null) {
    return [];
  }
  const fits = [-1, 0, 1, 2].some((days) => {
    const [newest] = (ledger.answer("/fng/", nowMs - days * DAY_MS) as FearAndGreed).data;
    return Number(newest?.value) === shown.fear_greed_value && newest?.value_classification === shown.fear_greed_label;
  });
  return fits ? [] : [`reference: fear_greed ${shown.fear_greed_value} is not the ledger's`];
}
