import { known } from "@pulseboard/testing/generated-market";
import { haveRecordings } from "@pulseboard/testing/recordings";
import { describe, expect, it } from "vitest";
import { besideWords } from "../../apps/mobile/src/parts/score-direction.ts";
import { resampleCandles } from "../../packages/engine/src/candles/resample-candles.ts";
import { newestCandles, sliceCandles } from "../../packages/engine/src/candles/slice-candles.ts";
import { foldScore, type ScoreAverage } from "../../packages/engine/src/confluence/published-score.ts";
import { scoreCandles } from "../../packages/engine/src/confluence/score-candles.ts";
import type { Candles } from "../../packages/engine/src/domain/market-data.ts";
import type { Input } from "../../packages/engine/src/domain/symbol-inputs.ts";
import { last } from "../../packages/engine/src/indicators/columns.ts";
import { fiveMinuteChange } from "../../packages/engine/src/market/five-minute-change.ts";
import { readRecordedKlines } from "../../packages/engine/src/testing/recordings.ts";

const MINUTE_MS = 60_000;
const SYMBOLS = ["ADAUSDT", "BNBUSDT", "BTCUSDT", "DOGEUSDT", "DOTUSDT", "ETHUSDT", "SOLUSDT"];
const PLACES = 20;
const ALL_PLACES = Array.from({ length: PLACES }, (_, place) => place);
/** Before a place: as many as 60 candles of 4h need, and some. */
const HISTORY_MINUTES = 16_000;
const FALL_MINUTES = 3;
const FALL = 0.05;
const REFRESHES = 15;

/**
 * The published score is an average over minutes, so that a row must say a crash otherwise: by the score of now or by the change of the price.
 */
describe.runIf(haveRecordings())("a fall of 5 % within 3 minutes", () => {
  it("shows in the row a minute after its end at the latest, in each of 20 places of the recording", () => {
    const unseen = ALL_PLACES.filter((place) => !showsInRow(recordedFall(place, FALL)));
    expect(unseen).toEqual([]);
  });

  it("and without it, hardly any of these rows shows anything", () => {
    const shown = ALL_PLACES.filter((place) => showsInRow(recordedFall(place, 0)));
    expect(shown.length).toBeLessThanOrEqual(2);
  });
});

const read = new Map<string, Candles>();

function klinesOf(symbol: string): Candles {
  const candles = read.get(symbol) ?? readRecordedKlines(symbol, 1);
  read.set(symbol, candles);
  return candles;
}

/** Minutes of the recording that end a minute after a fall of this share of the price. */
function recordedFall(place: number, fall: number): { readonly symbol: string; readonly minutes: Candles } {
  const symbol = SYMBOLS[place % SYMBOLS.length] ?? "";
  const whole = klinesOf(symbol);
  const room = whole.close.length - HISTORY_MINUTES - FALL_MINUTES - 1;
  const begin = HISTORY_MINUTES + Math.floor((room * place) / (PLACES - 1));
  const minutes = sliceCandles(whole, begin - HISTORY_MINUTES, begin + FALL_MINUTES + 1);
  // What is left of the price when so many minutes of the fall are over.
  const left = (minute: number) => 1 - (fall * Math.min(FALL_MINUTES, Math.max(0, minute))) / FALL_MINUTES;
  const scaled = (column: Float64Array, ended: 0 | 1) =>
    column.map((price, i) => price * left(i - HISTORY_MINUTES + ended));
  return {
    symbol,
    minutes: {
      ...minutes,
      open: scaled(minutes.open, 0),
      high: scaled(minutes.high, 0),
      low: scaled(minutes.low, 1),
      close: scaled(minutes.close, 1),
    },
  };
}

/** Whether the row shows something at the end of these minutes, after a refresh in each of the last 15. */
function showsInRow({ symbol, minutes }: ReturnType<typeof recordedFall>): boolean {
  let before: ScoreAverage | null = null;
  let shows = false;
  for (let ago = REFRESHES - 1; ago >= 0; ago--) {
    const past = sliceCandles(minutes, 0, minutes.close.length - ago);
    const nowMs = last(past.openTimeMs) + MINUTE_MS;
    const candles = {
      "1m": newestCandles(past, 1000),
      "5m": resampleCandles(newestCandles(past, 5000), 5 * MINUTE_MS),
      "30m": resampleCandles(past, 30 * MINUTE_MS),
      "4h": resampleCandles(past, 240 * MINUTE_MS),
    };
    const analysis = scoreCandles({ symbol, nowMs, candles });
    const published = foldScore(analysis, nowMs, before);
    if (published === null || analysis.score === null) {
      throw new Error(`${symbol} has no score`);
    }
    before = published.average;
    const { changePercent, deviations } = fiveMinuteChange({
      nowMs,
      candles: { ...NO_CANDLES, "1m": input(candles["1m"]), "5m": input(candles["5m"]) },
      ticker: NOT_PROVIDED,
    });
    const row = {
      score: twoDecimals(published.score),
      score_now: twoDecimals(analysis.score),
      change_5m: changePercent.value,
      change_5m_deviations: deviations.value === null ? null : twoDecimals(deviations.value),
    };
    shows = besideWords(row) !== "";
  }
  return shows;
}

/** As the documents give them. */
function twoDecimals(value: number): number {
  return Math.round(100 * value) / 100;
}

const NOT_PROVIDED = { known: false, reason: "not_provided", periodMs: MINUTE_MS } as const;
const NO_CANDLES = { "1m": NOT_PROVIDED, "5m": NOT_PROVIDED, "30m": NOT_PROVIDED, "4h": NOT_PROVIDED };

function input(candles: Candles): Input<Candles> {
  return known(candles, candles.intervalMs, last(candles.openTimeMs) + candles.intervalMs);
}
