import { METHOD_VERSION } from "@pulseboard/engine";
import { finish, type Steps } from "@pulseboard/snapshot";
import { NO_ALERTS, nextAlerts } from "./alerts/next-alerts.ts";
import { EMPTY_HISTORY, nextHistory } from "./state/history.ts";
import type { AlertMemory, MarketState, RefreshInput, Tickers } from "./state/market-state.ts";
import { coversTheMarket, moversSection, overviewSection } from "./state/overview.ts";
import { keepPositioning, perpsSection } from "./state/perps.ts";
import { NO_REFERENCE, nextReference } from "./state/reference.ts";
import { nextRegime } from "./state/regime.ts";
import { nextAverages, publishScores, scoresSteps, withoutLastMinutes } from "./state/scores.ts";
import { carryOver, isRecent, STILL_TRUE_MS } from "./state/section.ts";
import { nextBitcoinVolatility } from "./state/volatility.ts";

/** The exchange's servers do not agree to the second; by more than this, market time went back. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * The market after one more refresh: each section from the data collected now, or, where there is none, carried over with
 * its true age.
 * @param last null on a first start. A state from the future is ignored: a replayed market has begun again.
 */
export function nextMarketState(collected: RefreshInput, last: MarketState | null): MarketState {
  return finish(marketStateSteps(collected, last));
}

/** The same in steps: the scores of hundreds of symbols take long to bring into the documents' words. */
export function* marketStateSteps(collected: RefreshInput, last: MarketState | null): Steps<MarketState> {
  const { asOfMs } = collected;
  const before = last !== null && last.asOfMs <= asOfMs + CLOCK_TOLERANCE_MS ? last : null;
  const market = nextMarketSections(collected, before);
  yield;
  const { scores, averages, methodVersion } = yield* nextScores(collected, before);
  yield;
  const reference = nextReference(collected.reference, before?.reference ?? NO_REFERENCE);
  const history = nextHistory(collected, before?.history ?? EMPTY_HISTORY, { overview: market.overview, scores });
  yield;
  const shown = nextRegime(
    { ...market, scores, methodVersion, reference, history, asOfMs },
    collected.periodMs,
    before,
  );
  return {
    asOfMs,
    ...market,
    reference,
    scores,
    methodVersion,
    averages,
    bitcoinVolatility: nextBitcoinVolatility(collected, before),
    ...shown,
    history,
    alerts: nextAlertMemory(collected, before?.alerts ?? NO_ALERTS, scores, shown.regime.name),
    outlookGates: collected.outlookGates,
  };
}

/** The first half of a refresh shows the scores of the one before, so there is nothing new to compare. */
function nextAlertMemory(
  { asOfMs, symbols }: RefreshInput,
  before: AlertMemory,
  scores: MarketState["scores"],
  regime: string,
): AlertMemory {
  if (symbols === null) {
    return before;
  }
  const scored = scores.provenance.stale ? [] : [...scores.value.values()].map(({ analysis }) => analysis);
  return nextAlerts(before, { nowS: Math.floor(asOfMs / 1000), scored, regime });
}

type MarketSections = Pick<MarketState, "overview" | "movers" | "perps">;

/** The sections that come from the tickers. While only some tickers can be had, a recent whole market says more. */
function nextMarketSections(collected: RefreshInput, before: MarketState | null): MarketSections {
  const { tickers, asOfMs } = collected;
  if (tickers === null) {
    return carryOverMarket(before);
  }
  const isCarriedOver =
    before !== null && !coversTheMarket(tickers) && isRecent(before.overview, asOfMs, STILL_TRUE_MS);
  return isCarriedOver ? carryOverMarket(before) : freshMarketSections(tickers, collected, before);
}

function freshMarketSections(
  tickers: Tickers,
  { asOfMs, symbols, source, moversMinTurnoverUsd }: RefreshInput,
  before: MarketState | null,
): MarketSections {
  const perps = perpsSection(tickers, symbols?.inputs ?? null, source);
  const isWaitingForSymbols = symbols === null && before !== null && isRecent(before.perps, asOfMs, STILL_TRUE_MS);
  return {
    overview: overviewSection(tickers, source),
    movers: moversSection(tickers, moversMinTurnoverUsd, source),
    perps: isWaitingForSymbols ? keepPositioning(perps, before.perps) : perps,
  };
}

function carryOverMarket(before: MarketState | null): MarketSections {
  if (before === null) {
    throw new Error("There are neither tickers nor an earlier state to show");
  }
  return {
    overview: carryOver(before.overview, "source_unavailable"),
    movers: carryOver(before.movers, "source_unavailable"),
    perps: carryOver(before.perps, "source_unavailable"),
  };
}

/** Scores of the process before are shown as they are for so long: a restart is no outage. */
const SCORES_LAST_PERIODS = 3;
/** A change within so long is none of now from this age on. */
const LAST_MINUTES_MS = 300_000;

type Scores = Pick<MarketState, "scores" | "averages" | "methodVersion">;

/** The scores of this refresh; where there are none, those before, which are not averaged a second time. */
function* nextScores(collected: RefreshInput, before: MarketState | null): Steps<Scores> {
  const { symbols, asOfMs, source } = collected;
  const averages = before?.averages ?? new Map();
  const published = publishScores(symbols?.scored ?? [], asOfMs, averages);
  const next = { averages: nextAverages(averages, published, asOfMs), methodVersion: METHOD_VERSION };
  if (symbols !== null && published.size > 0) {
    yield;
    return { ...next, scores: yield* scoresSteps(symbols, published, asOfMs, source) };
  }
  if (before !== null && before.scores.value.size > 0) {
    return { ...next, scores: scoresBefore(collected, before.scores), methodVersion: before.methodVersion };
  }
  const reason = symbols === null ? "warming_up" : "source_unavailable";
  const expected = symbols?.expected ?? 0;
  const provenance = { asOfMs: null, source, stale: true, expected, received: 0, reason } as const;
  return { ...next, scores: { value: new Map(), missing: {}, provenance } };
}

function scoresBefore({ symbols, asOfMs, periodMs }: RefreshInput, scores: Scores["scores"]): Scores["scores"] {
  const lastMs = SCORES_LAST_PERIODS * periodMs;
  // One refresh that failed hides no crash; what was within 5 min then is not so later.
  const known = isRecent(scores, asOfMs, Math.min(lastMs, LAST_MINUTES_MS)) ? scores : withoutLastMinutes(scores);
  const isBetweenTwo = symbols === null && isRecent(scores, asOfMs, lastMs);
  return isBetweenTwo ? known : carryOver(known, symbols === null ? "warming_up" : "source_unavailable");
}
