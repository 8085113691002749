import { COMPONENTS, type Contributions, METHOD_VERSION } from "@pulseboard/engine";
import {
  type AnalysisFields,
  exampleDocuments,
  type MissingReason,
  type OutlookGates,
  type RowFields,
} from "@pulseboard/snapshot";
import fc from "fast-check";
import type { MarketState, Provenance, Samples, ScoredSymbol, Section } from "../state/market-state.ts";
import { scoreReasons } from "../state/scores.ts";
import { reasonsForNulls } from "../state/section.ts";

// All states that the documents allow: any figure may be unknown, any section carried over, any source missing, and
// symbols may be in any script.

const NOW_MS = 1_780_000_000_000;

const reason = fc.constantFrom<MissingReason>(
  "too_short",
  "no_activity",
  "stale_input",
  "not_provided",
  "warming_up",
  "source_unavailable",
  "not_enough_symbols",
);
const asOfMs = fc.integer({ min: NOW_MS - 200_000_000, max: NOW_MS });
const unixSeconds = asOfMs.map((ms) => Math.floor(ms / 1000));
const price = fc.double({ min: 1e-8, max: 1e6, noNaN: true });
const amountUsd = fc.double({ min: 0, max: 1e13, noNaN: true }).map((amount) => amount + 0);
const changePercent = fc.double({ min: -100, max: 1e4, noNaN: true }).map((change) => change + 0);
const percentOfWhole = fc.double({ min: 0, max: 100, noNaN: true }).map((percent) => percent + 0);
const signal = fc.double({ min: -1, max: 1, noNaN: true }).map((of) => of + 0);
const score = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }).filter((text) => /^[^\s.]{1,28}$/.test(text));
const letter = fc.constantFrom(..."AZaz09éßλЖ币安ا٣नกあ한𐐀𠮷");
const symbol = fc.string({ unit: letter, minLength: 1, maxLength: 28 }).map((base) => `${base}USDT`);
const source = fc.oneof(fc.constantFrom("bybit", "simulator", "coingecko, alternative.me"), name);
const regimeName = fc.constantFrom("Bullish: Risk-On", "Bearish: Risk-Off", "Neutral: Consolidation");

const orNull = <T>(figure: fc.Arbitrary<T>) => fc.option(figure, { nil: null });

/** A section of these fields, in which every null has a reason. */
function section<T extends object>(
  fields: fc.Arbitrary<T>,
  reasonsOf: (value: T, why: MissingReason) => Section<T>["missing"],
): fc.Arbitrary<Section<T>> {
  return fc.record({ value: fields, why: reason, provenance }).map(({ value, why, provenance: of }) => ({
    value,
    missing: reasonsOf(value, why),
    provenance: of,
  }));
}

const provenance: fc.Arbitrary<Provenance> = fc
  .record({
    asOfMs: orNull(asOfMs),
    source,
    stale: fc.boolean(),
    expected: fc.nat(600),
    received: fc.nat(600),
    reason: orNull(reason),
  })
  // A section that never had data says why.
  .map((of) => ({ ...of, reason: of.asOfMs === null ? (of.reason ?? "warming_up") : of.reason }));

const overview = section(
  fc.record({
    overview: fc.record({
      trend_strength: orNull(score),
      market_dispersion: orNull(amountUsd),
      btc_price: orNull(price),
      total_volume_24h: orNull(amountUsd),
      average_change: orNull(changePercent),
    }),
    breadth: fc.record({
      up: orNull(fc.nat(600)),
      down: orNull(fc.nat(600)),
      flat: orNull(fc.nat(600)),
      breadth_percentage: orNull(percentOfWhole),
      sentiment: orNull(fc.constantFrom("bullish" as const, "bearish" as const, "neutral" as const)),
    }),
  }),
  (value, why) => ({
    ...reasonsForNulls("market_overview", value.overview, why),
    ...reasonsForNulls("market_breadth", value.breadth, why),
  }),
);

/** Movers of changes above 0, biggest first. */
const gainers = fc
  .uniqueArray(
    fc.record({ symbol, price, change_24h: fc.double({ min: 0.01, max: 99, noNaN: true }), volume_24h: amountUsd }),
    {
      maxLength: 5,
      selector: (mover) => mover.symbol,
    },
  )
  .map((movers) => movers.toSorted((a, b) => b.change_24h - a.change_24h));

const movers = section(
  fc.record({
    gainers,
    losers: gainers.map((rows) => rows.map((mover) => ({ ...mover, change_24h: -mover.change_24h }))),
  }),
  () => ({}),
);

const perps = section(
  fc.record({
    funding_rate: orNull(fc.double({ min: -1, max: 1, noNaN: true }).map((rate) => rate + 0)),
    funding_rate_btc: orNull(fc.double({ min: -1, max: 1, noNaN: true }).map((rate) => rate + 0)),
    funding_zscore: orNull(changePercent),
    long_pct: orNull(percentOfWhole),
    short_pct: orNull(percentOfWhole),
    ls_entropy: orNull(percentOfWhole.map((percent) => percent / 100)),
    open_interest: orNull(amountUsd),
    basis_pct: orNull(changePercent),
    volume_24h: orNull(amountUsd),
    contract_count: orNull(fc.nat(600)),
  }),
  (value, why) => reasonsForNulls("perps", value, why),
);

const reference = fc.record({
  marketCap: orNull(
    fc.record({
      value: fc
        .record({
          btc_dominance: orNull(percentOfWhole),
          eth_dominance: orNull(percentOfWhole),
          stablecoin_dominance: orNull(percentOfWhole),
          total_market_cap: amountUsd,
          market_cap_change_24h: orNull(changePercent),
        })
        .map((value) => ({
          ...value,
          altcoin_dominance: value.btc_dominance === null ? null : 100 - value.btc_dominance,
        })),
      source: name,
      asOfMs,
    }),
  ),
  fearGreed: orNull(
    fc.record({
      value: fc.record({ fear_greed_value: percentOfWhole, fear_greed_label: fc.constantFrom("Fear", "Greed") }),
      source: name,
      asOfMs,
    }),
  ),
  reason: fc.constantFrom("warming_up" as const, "source_unavailable" as const),
});

const exampleAnalyses = [...exampleDocuments().analyses.values()];

/** An analysis of the example under another symbol and score, with components that may be unknown. */
const analysis: fc.Arbitrary<AnalysisFields> = fc
  .record({
    example: fc.constantFrom(...exampleAnalyses),
    symbol,
    score,
    price,
    as_of: unixSeconds,
    unknown: fc.boolean(),
    why: reason,
  })
  .map(({ example, unknown, why, ...fields }) => {
    const {
      schema_version: _version,
      method_version: _method,
      sequence: _sequence,
      origin: _origin,
      simulated: _simulated,
      outlook_gates: _gates,
      ...rest
    } = example;
    const orderflow = { ...rest.components.orderflow, signal: null, score: null, contribution: 0, reason: why };
    return { ...rest, ...fields, components: unknown ? { ...rest.components, orderflow } : rest.components };
  });

const row: fc.Arbitrary<RowFields> = fc.record({
  relative: orNull(score),
  relative_rank: orNull(fc.integer({ min: 1, max: 600 })),
  change_5m: orNull(changePercent),
  change_5m_deviations: orNull(changePercent),
  outlook: orNull(signal),
  beta_btc: orNull(changePercent),
  correlation_btc: orNull(signal),
  own_move_24h: orNull(changePercent),
  change_24h: orNull(changePercent),
  turnover_24h: orNull(amountUsd),
  high_24h: orNull(price),
  low_24h: orNull(price),
  range_24h: orNull(amountUsd),
  as_of: unixSeconds,
});

const scored: fc.Arbitrary<ScoredSymbol> = fc.record({ analysis, row, why: reason }).map(({ why, ...of }) => ({
  ...of,
  rowReasons: Object.fromEntries(
    Object.entries(of.row).flatMap(([key, figure]) => (figure === null ? [[key, why]] : [])),
  ),
}));

const scores = fc
  .record({
    scored: fc.uniqueArray(scored, { maxLength: 6, selector: (each) => each.analysis.symbol }),
    provenance,
  })
  .map(({ scored: list, provenance: of }) => {
    const value = new Map(list.map((each) => [each.analysis.symbol, each] as const));
    return { value, missing: scoreReasons(value), provenance: { ...of, received: value.size } };
  });

const samples = (value: fc.Arbitrary<number>, maxLength: number): fc.Arbitrary<Samples> =>
  fc
    .uniqueArray(fc.tuple(unixSeconds, value), { maxLength, selector: ([at]) => at })
    .map((points) => points.toSorted(([a], [b]) => a - b))
    .map((points) => ({ at: points.map(([at]) => at), value: points.map(([, figure]) => figure) }));

const history = fc.record({
  scores: fc.dictionary(symbol, samples(score, 24), { maxKeys: 6 }).map((series) => ({ ...series })),
  dispersion: samples(amountUsd, 40),
  btcDominance: orNull(
    fc
      .record({ source: name, series: samples(percentOfWhole, 20) })
      .map(({ source: of, series }) => ({ source: of, ...series })),
  ),
  meanSignal: samples(signal, 40),
});

const averages = fc
  .dictionary(
    symbol,
    fc.record({
      contributions: fc
        .tuple(...COMPONENTS.map(() => signal))
        .map(
          (all) =>
            Object.fromEntries(
              COMPONENTS.map((of, index) => [of, (all[index] ?? 0) / COMPONENTS.length + 0]),
            ) as Contributions,
        ),
      asOfMs,
      readMs: fc.option(fc.nat(3_600_000)),
      afterGap: fc.boolean(),
    }),
    { maxKeys: 6 },
  )
  .map(
    (bySymbol) =>
      new Map(
        Object.entries(bySymbol).map(([of, { contributions, asOfMs: foldedMs, readMs, afterGap }]) => [
          of,
          {
            contributions,
            asOfMs: foldedMs,
            ...(readMs === null ? {} : { beganAtMs: foldedMs - readMs }),
            ...(afterGap ? { afterGap } : {}),
          },
        ]),
      ),
  );

const regimeDwell = orNull(
  fc
    .record({ name: regimeName, differsSinceMs: orNull(asOfMs), unknownSinceMs: orNull(asOfMs), asOfMs })
    .map((dwell) => ({
      ...dwell,
      asOfMs: Math.max(dwell.asOfMs, dwell.differsSinceMs ?? 0, dwell.unknownSinceMs ?? 0),
    })),
);

const alerts = fc.record({
  alerts: fc.uniqueArray(unixSeconds, { maxLength: 5 }).map((times) =>
    times
      .toSorted((a, b) => b - a)
      .map((at) => ({
        id: `regime_change:${at}`,
        alert_type: "regime_change" as const,
        level: "warning" as const,
        symbol: null,
        message: "The market has changed.",
        timestamp: at,
        unix_timestamp: at,
        details: { from: "Bullish: Risk-On", to: "Bearish: Risk-Off" },
      })),
  ),
  zones: fc
    .dictionary(
      symbol,
      fc.record({
        zone: fc.constantFrom("bullish" as const, "bearish" as const, "neutral" as const),
        last_seen: unixSeconds,
        last_signal: orNull(unixSeconds),
      }),
      { maxKeys: 6 },
    )
    .map((zones) => ({ ...zones })),
  regime: fc.record({ current: orNull(regimeName), candidate: orNull(regimeName) }),
});

const bitcoinVolatility = fc.oneof(
  reason.map((why) => ({ annualisedPercent: null, dailyPercent: null, reason: why })),
  amountUsd.map((percent) => ({ annualisedPercent: percent, dailyPercent: percent / 19, reason: null })),
);

const regime = fc.oneof(
  reason.map((why) => ({ name: "UNKNOWN", reason: why })),
  regimeName.map((known) => ({ name: known, reason: null })),
);

const gate = fc.constantFrom<OutlookGates["1h"]>(
  { shown: false, why: "collecting" },
  { shown: false, why: "record_opposite" },
  { shown: true, why: "record_agrees" },
);
const outlookGates: fc.Arbitrary<OutlookGates> = fc.record({ "1h": gate, "4h": gate });

/** Any state that can be published. */
export const arbitraryState: fc.Arbitrary<MarketState> = fc
  .record({
    state: fc.record({
      // Nothing in the state is later.
      asOfMs: fc.integer({ min: NOW_MS, max: NOW_MS + 1000 }),
      overview,
      movers,
      perps,
      reference,
      scores,
      methodVersion: fc.constant(METHOD_VERSION),
      averages,
      bitcoinVolatility,
      regime,
      regimeDwell,
      history,
      alerts,
      outlookGates,
    }),
    past: samples(score, 24),
  })
  .map(({ state, past }) => {
    // A row shows the history of its symbol.
    const own = Object.fromEntries([...state.scores.value.keys()].slice(0, 2).map((of) => [of, past]));
    return { ...state, history: { ...state.history, scores: { ...state.history.scores, ...own } } };
  });
