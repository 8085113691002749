import { describe, expect, it } from "vitest";
import { buildDocuments } from "../documents/build-documents.ts";
import { loadMarketState } from "../documents/load-market-state.ts";
import { nextMarketState } from "../next-market-state.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import type { MarketState } from "./market-state.ts";
import { nextRegime } from "./regime.ts";

const PERIOD_MS = 30_000;
const HOUR_MS = 3_600_000;
/** Mean W of a market in each direction; without samples of its own, a deviation of it is .09. */
const BULLISH = 0.09;
const BEARISH = -0.09;
const NEUTRAL = 0.02;

const complete = generateRefreshInput({ symbols: 50 });
const market = nextMarketState(complete, null);

/** The market at this moment with all symbols at one W; null: without scores. */
function seen(weightedSignal: number | null, asOfMs: number, before: MarketState | null): MarketState {
  const value = new Map(
    [...market.scores.value].map(([symbol, each]) => [
      symbol,
      { ...each, analysis: { ...each.analysis, weighted_signal: weightedSignal ?? 0 } },
    ]),
  );
  const section = <T extends MarketState["overview" | "scores"]>(of: T): T => ({
    ...of,
    provenance: { ...of.provenance, asOfMs },
  });
  const sources = {
    ...market,
    asOfMs,
    overview: section(market.overview),
    scores: section({ ...market.scores, value: weightedSignal === null ? new Map() : value }),
    history: { ...market.history, meanSignal: { at: [], value: [] } },
  };
  return { ...sources, ...nextRegime(sources, PERIOD_MS, before) };
}

/** The first word of the regime that is shown after these, one a period for so long each. */
function directionsAfter(steps: readonly (readonly [signal: number | null, forMs: number])[]): readonly string[] {
  let state: MarketState | null = null;
  let asOfMs = market.asOfMs;
  return steps.map(([signal, forMs]) => {
    for (const endMs = asOfMs + forMs; asOfMs < endMs; asOfMs += PERIOD_MS) {
      state = seen(signal, asOfMs, state);
    }
    return state?.regime.name.split(":")[0] ?? "none";
  });
}

describe("the regime that is shown", () => {
  it("has its direction from the mean W in deviations of its own week", () => {
    expect(directionsAfter([[BULLISH, PERIOD_MS]])).toEqual(["Bullish"]);
    const moving = { at: [1, 2, 3], value: [1, 1, 1] };
    const wild = { ...seen(BULLISH, market.asOfMs, null), history: { ...market.history, meanSignal: moving } };
    // sqrt((3 + .7776) / 99) = .195: z is .46.
    expect(nextRegime(wild, PERIOD_MS, null).regime.name).toMatch(/^Neutral/);
  });

  it("is another one once that has been computed for an hour without interruption", () => {
    const half = HOUR_MS / 2;
    expect(
      directionsAfter([
        [BULLISH, PERIOD_MS],
        [BEARISH, HOUR_MS],
        [BEARISH, PERIOD_MS],
      ]),
    ).toEqual(["Bullish", "Bullish", "Bearish"]);
    expect(
      directionsAfter([
        [BULLISH, PERIOD_MS],
        [BEARISH, half],
        [BULLISH, PERIOD_MS],
        [BEARISH, HOUR_MS],
        [NEUTRAL, PERIOD_MS],
      ]),
    ).toEqual(["Bullish", "Bullish", "Bullish", "Bullish", "Neutral"]);
  });

  it("is unknown at once, and the one before where it comes back within an hour", () => {
    expect(
      directionsAfter([
        [BULLISH, PERIOD_MS],
        [null, HOUR_MS],
        [BEARISH, PERIOD_MS],
        [null, HOUR_MS + PERIOD_MS],
        [BEARISH, PERIOD_MS],
      ]),
    ).toEqual(["Bullish", "UNKNOWN", "Bullish", "UNKNOWN", "Bearish"]);
  });

  it("is the first that is known where none was computed for more than an hour", () => {
    const before = seen(BULLISH, market.asOfMs, null);
    expect(seen(BEARISH, market.asOfMs + HOUR_MS, before).regime.name).toMatch(/^Bullish/);
    expect(seen(BEARISH, market.asOfMs + HOUR_MS + 1, before).regime.name).toMatch(/^Bearish/);
  });

  it("goes on after a restart from the very moment it was at", () => {
    let state = seen(BULLISH, market.asOfMs, null);
    for (let laterMs = PERIOD_MS; laterMs < HOUR_MS; laterMs += PERIOD_MS) {
      state = seen(BEARISH, market.asOfMs + laterMs, state);
    }
    const { documents } = buildDocuments(
      state,
      { origin: "simulator", simulated: true, periodMs: PERIOD_MS },
      7,
      1_780_000_000_123,
      (_symbol, error) => {
        throw error;
      },
    );
    const loaded = loadMarketState(documents, "simulator");
    if ("problem" in loaded) {
      throw new Error(loaded.problem);
    }
    expect(loaded.state.regime.name).toMatch(/^Bullish/);
    const soon = seen(BEARISH, market.asOfMs + HOUR_MS, loaded.state);
    expect(soon.regime.name).toMatch(/^Bullish/);
    expect(seen(BEARISH, market.asOfMs + HOUR_MS + PERIOD_MS, soon).regime.name).toMatch(/^Bearish/);
  });

  it("is that of the version before while scores of that version are shown", () => {
    const regime = { name: "Strong Bearish: Capitulation", reason: null };
    const before: MarketState = { ...seen(BULLISH, market.asOfMs, null), methodVersion: 1, regime, regimeDwell: null };
    expect(nextRegime({ ...before, asOfMs: market.asOfMs + PERIOD_MS }, PERIOD_MS, before)).toMatchObject({ regime });
    expect(seen(BULLISH, market.asOfMs + PERIOD_MS, before).regime.name).toMatch(/^Bullish/);
    const old = { ...before, asOfMs: market.asOfMs + HOUR_MS + 1 };
    expect(nextRegime(old, PERIOD_MS, before).regime).toEqual({ name: "UNKNOWN", reason: "stale_input" });
  });
});

describe("the samples of the mean W", () => {
  it("are one a quarter of an hour, and none while scores are carried over", () => {
    const at = (laterMs: number) => {
      const asOfMs = complete.asOfMs + laterMs;
      return { ...complete, asOfMs, tickers: complete.tickers && { ...complete.tickers, asOfMs } };
    };
    const mean =
      [...market.scores.value.values()].reduce((sum, { analysis }) => sum + analysis.weighted_signal, 0) / 50;
    expect(market.history.meanSignal.value).toEqual([expect.closeTo(mean, 12)]);
    const hour = [300_000, 600_000, 900_000, 1_800_000].reduce(
      (state, later) => nextMarketState(at(later), state),
      market,
    );
    expect(hour.history.meanSignal.value).toHaveLength(3);
    const none = at(2_700_000);
    const carried = nextMarketState({ ...none, symbols: none.symbols && { ...none.symbols, scored: [] } }, hour);
    const half = nextMarketState({ ...none, symbols: null }, hour);
    expect([carried.history.meanSignal, half.history.meanSignal]).toEqual([
      hour.history.meanSignal,
      hour.history.meanSignal,
    ]);
  });
});
