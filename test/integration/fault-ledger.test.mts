import { setTimeout as delay } from "node:timers/promises";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Pulseboard,
  type SimulatorProgram,
  simulated,
  startPulseboard,
  startSimulatorProgram,
} from "../e2e/support/program.mts";
import type { Bodies } from "../faults/invariants/ledger/bodies.mts";
import { checkBodies, checkBodiesInSteps } from "../faults/invariants/ledger/check-bodies.mts";
import { type MarketLedger, openMarketLedger } from "../faults/invariants/ledger/market-ledger.mts";
import { ANALYSIS_PATH, SNAPSHOT_PATH } from "../faults/invariants/ledger/snapshot-paths.mts";
import { readBodies } from "../faults/invariants/ledger.mts";

/** Those that the tests change. */
const PATHS = [
  SNAPSHOT_PATH,
  "/api/snapshot",
  "/api/market/overview",
  "/api/dashboard/overview",
  "/api/dashboard/symbols",
  "/api/dashboard/market-movers",
  "/api/dashboard/perpetuals-pulse",
  `${ANALYSIS_PATH}BTCUSDT`,
];
const MARKET = { marketSeed: 5, symbolCount: 5, startAtMs: Date.UTC(2026, 4, 12, 9, 40, 3) };
/** Refreshes come every 30 s. */
const HOW = { startAtMs: MARKET.startAtMs, periodMs: 30_000 };

let folder: Awaited<ReturnType<typeof createTemporaryFolder>>;
let simulator: SimulatorProgram;
let pulseboard: Pulseboard;
let ledger: MarketLedger;
/** Of a refresh without any fault. */
let good: Bodies;

beforeAll(async () => {
  folder = await createTemporaryFolder();
  const { marketSeed, symbolCount, startAtMs } = MARKET;
  const at = new Date(startAtMs).toISOString();
  simulator = await startSimulatorProgram("--seed", `${marketSeed}`, "--symbols", `${symbolCount}`, "--at", at);
  pulseboard = await startPulseboard({ ...simulated(simulator.url, folder.path), SYMBOL_COUNT: `${symbolCount}` });
  ledger = openMarketLedger(MARKET);
  for (let isWhole = false; !isWhole; ) {
    // A sequence that ends while it is read has fewer, and a busy machine may not answer in time.
    good = (await readBodies({ serverUrl: pulseboard.url }, 0).catch(() => null)) ?? good;
    isWhole = PATHS.every((path) => good?.bodies.has(path));
    await delay(100);
  }
});

afterAll(async () => {
  await pulseboard?.stop();
  await simulator?.stop();
  await folder?.remove();
});

it("a refresh without a fault is what the ledger says, in every body", () => {
  expect(checkBodies(good, ledger, HOW)).toEqual([]);
});

type Json = Record<string, unknown>;

/** The snapshot and one other body, one of which is changed in place: the rest would only be compared again. */
function changed(path: string, change: (body: Json) => void): Bodies {
  const body = structuredClone(good.bodies.get(path)) as Json;
  change(body);
  return {
    ...good,
    bodies: new Map([
      [SNAPSHOT_PATH, good.bodies.get(SNAPSHOT_PATH)],
      [path, body],
    ]),
  };
}

/** Sets the value at a dotted path, and a number that is no count under every other name that the snapshot repeats it by. */
function setEverywhere(body: Json, path: string, change: (value: never) => unknown): void {
  const at = path.split(".");
  const last = at.pop() ?? "";
  const parent = at.reduce<Json>((value, name) => value[name] as Json, body);
  const before = parent[last];
  const after = change(before as never);
  parent[last] = after;
  const replace = (value: Json): void => {
    for (const [name, member] of Object.entries(value)) {
      if (member === before) {
        value[name] = after;
      } else if (typeof member === "object" && member !== null) {
        replace(member as Json);
      }
    }
  };
  if (typeof before === "number" && (before > 100 || !Number.isInteger(before))) {
    replace(body);
  }
}

const slightly = (value: number) => value * 1.000_001 + 0.000_1;
const nearby = (score: number) => Number((score + (score > 50 ? -0.02 : 0.02)).toFixed(2));
const more = (value: number) => value + 1;

describe("a figure that the ledger does not give is found:", () => {
  it.each<[path: string, change: (value: never) => unknown, found: RegExp]>([
    ["market_overview.btc_price", more, /overview: btc_price/],
    ["market_overview.total_volume_24h", more, /overview: at no moment/],
    ["market_overview.average_change", slightly, /overview: average_change/],
    ["market_overview.market_dispersion", slightly, /overview: market_dispersion/],
    ["market_overview.trend_strength", () => 51.23, /trend_strength/],
    ["market_breadth.breadth_percentage", () => 12.34, /breadth_percentage/],
    ["market_overview.btc_volatility", slightly, /overview: btc_volatility/],
    ["market_overview.total_market_cap", more, /reference: the capitalisation/],
    ["market_overview.btc_dominance", slightly, /reference: the capitalisation|altcoin/],
    ["market_overview.fear_greed_value", (value: number) => (value === 50 ? 51 : 50), /reference: fear_greed/],
    ["market_overview.avg_market_dispersion", () => 1.5, /avg_market_dispersion|avg_volatility/],
    ["perps.open_interest", more, /perps: open_interest/],
    ["perps.funding_rate", (value: number) => value + 1e-7, /perps: funding_rate /],
    ["perps.funding_rate_btc", (value: number) => value + 1e-7, /perps: funding_rate_btc/],
    ["perps.funding_zscore", (value: number) => value + 0.5, /perps: funding_zscore/],
    ["perps.long_pct", (value: number) => value + 0.02, /perps: long_pct/],
    ["perps.basis_pct", (value: number) => value + 1e-5, /perps: basis_pct/],
    ["perps.contract_count", () => 4, /perps: contract_count/],
    // A second later may well be the same: nothing need have been traded between.
    ["sections.overview.as_of", (value: number) => value + 61, /overview: at no moment|overview: /],
    ["sections.overview.expected", () => 3, /overview: expects 3 symbols/],
    ["confluence_scores.0.price", slightly, /scores: .*price is/],
    ["confluence_scores.0.change_24h", slightly, /scores: .*change_24h is/],
    ["confluence_scores.0.turnover_24h", more, /scores: at no moment/],
    ["confluence_scores.0.high_24h", more, /scores: .*high_24h is/],
    ["confluence_scores.0.range_24h", slightly, /scores: .*range_24h is/],
    ["confluence_scores.0.score_history", () => [1], /history ends with|not valid/],
    ["method_version", () => 3, /method_version is 3/],
  ])("%s", (path, change, found) => {
    const bodies = changed(SNAPSHOT_PATH, (body) => setEverywhere(body, path, change));
    expect(checkBodies(bodies, ledger, HOW).join("\n")).toMatch(found);
  });

  it.each([
    ["change_5m", "BTCUSDT"],
    ["change_5m_deviations", "BTCUSDT"],
    // Bitcoin's own are whole numbers.
    ["beta_btc", "ETHUSDT"],
    ["own_move_24h", "ETHUSDT"],
  ])("%s of a row", (name, symbol) => {
    const analysis = `${ANALYSIS_PATH}${symbol}`;
    const { bodies } = changed(SNAPSHOT_PATH, (body) => {
      const rows = body.confluence_scores as readonly { readonly symbol: string }[];
      const index = rows.findIndex((row) => row.symbol === symbol);
      setEverywhere(body, `confluence_scores.${index}.${name}`, (value: number) => value + 0.02);
    });
    const found = checkBodies(
      { ...good, bodies: new Map([...bodies, [analysis, good.bodies.get(analysis)]]) },
      ledger,
      HOW,
    );
    expect(found.join("\n")).toMatch(new RegExp(`${symbol}.*: .*${name} is`));
  });

  it.each<[name: string, change: (mover: Json) => void]>([
    ["price", (mover) => Object.assign(mover, { price: more(mover.price as number) })],
    [
      "turnover",
      (mover) =>
        Object.assign(mover, { volume: more(mover.volume as number), volume_24h: more(mover.volume as number) }),
    ],
  ])("%s of a mover", (_name, change) => {
    const bodies = changed(SNAPSHOT_PATH, (body) => {
      const lists = ["gainers", "top_gainers", "losers", "top_losers"].map((name) => body[name] as Json[]);
      const movers = body.top_movers as Record<string, Json[]>;
      for (const list of [...lists, movers.gainers ?? [], movers.losers ?? []]) {
        list.slice(0, 1).forEach(change);
      }
    });
    expect(checkBodies(bodies, ledger, HOW).join("\n")).toMatch(/movers: /);
  });

  it.each<[path: string, change: (value: never) => unknown, found: RegExp]>([
    ["score", nearby, /score is/],
    ["score_now", nearby, /score_now is/],
    ["method_version", () => 3, /method_version is 3/],
    ["weighted_signal", (value: number) => value + 1e-6, /weighted_signal is/],
    ["weighted_signal_now", (value: number) => value + 1e-6, /weighted_signal_now is/],
    ["contributions.now.volume", (value: number) => value + 2e-6, /contributions.now.volume is/],
    ["contributions.after.orderbook", (value: number) => value + 1e-6, /contributions.after.orderbook is/],
    ["reliability_factors.coverage", (value: number) => value - 0.001, /coverage is/],
    ["reliability_factors.freshness", (value: number) => value - 0.001, /freshness is/],
    ["reliability_factors.consensus", (value: number) => value - 0.001, /consensus is/],
    ["reliability", (value: number) => value - 0.001, /reliability is/],
    ["against_btc.beta", (value: number) => value + 2e-6, /against Bitcoin: beta is/],
    ["against_btc.correlation", (value: number) => value - 2e-6, /against Bitcoin: correlation is/],
    ["against_btc.own_move_24h", (value: number) => value + 2e-4, /against Bitcoin: own_move_24h is/],
    ["outlook", () => undefined, /outlook of BTCUSDT: there is none/],
    ["breakdown.technical.signal", (value: number) => value + 0.001, /technical.signal is/],
    ["price", more, /price in the list is/],
    ["breakdown.technical.contribution", (value: number) => value + 0.001, /technical.contribution is/],
    ["breakdown.orderbook.score", nearby, /orderbook.score is/],
    ["technical_rating.4h.votes.0.values.0.value", slightly, /the rating of 4h is/],
    ["breakdown.technical.rules.rsi.timeframes.5m.figures.0.value", slightly, /technical.rsi of 5m: rsi is/],
    [
      "breakdown.price_structure.rules.trend_position.timeframes.4h.signal",
      (value: number) => value / 2,
      /of 4h: signal/,
    ],
    ["breakdown.volume.rules.vwap.figures.0.value", slightly, /volume.vwap: vwap is/],
    ["breakdown.orderflow.rules.trade_flow.figures.0.value", slightly, /orderflow.trade_flow: recent_taker_buy/],
    ["breakdown.orderbook.rules.depth_far.figures.0.value", slightly, /orderbook.depth_far: bid_share is/],
    [
      "breakdown.orderbook.rules.microprice.figures.bid_quantity.value",
      slightly,
      /at no moment of .* were the best levels/,
    ],
    [
      "breakdown.orderflow.rules.open_interest.figures.open_interest_change_1h.value",
      slightly,
      /orderflow.open_interest: open_interest_ch/,
    ],
    [
      "breakdown.sentiment.rules.long_short_ratio.figures.z_score.value",
      slightly,
      /sentiment.long_short_ratio: z_score is/,
    ],
    ["breakdown.sentiment.rules.basis.figures.0.value", slightly, /sentiment.basis: basis is/],
    ["breakdown.sentiment.rules.funding_rate.figures.z_score.value", slightly, /sentiment.funding_rate: z_score is/],
    ["reliability_factors.quality", (value: number) => value - 0.001, /quality is/],
    ["breakdown.orderbook.rules.order_flow_imbalance.reason", () => "too_short", /order_flow_imbalance is null with/],
    ["technical_rating.1m.all", (value: number) => (value > 0 ? value - 0.1 : value + 0.1), /the rating of 1m is/],
  ])("%s of an analysis", (path, change, found) => {
    const bitcoin = `${ANALYSIS_PATH}BTCUSDT`;
    const bodies = changed(bitcoin, (body) => {
      const at = path.split(".");
      const last = at.pop() ?? "";
      // Figures are a list, and meant by their names.
      const memberOf = (value: Json, name: string): unknown =>
        Array.isArray(value) ? (value.find((each) => each.name === name) ?? value[Number(name)]) : value[name];
      const parent = at.reduce<Json>((value, name) => memberOf(value, name) as Json, body);
      parent[last] = change(parent[last] as never);
    });
    expect(checkBodies(bodies, ledger, HOW).join("\n")).toMatch(found);
  });

  it.each([
    ["/api/snapshot", "perps.open_interest"],
    ["/api/market/overview", "btc_price"],
    ["/api/dashboard/overview", "summary.total_volume"],
    ["/api/dashboard/symbols", "symbols.0.price"],
    ["/api/dashboard/market-movers", "volume_leaders.0.volume"],
    ["/api/dashboard/perpetuals-pulse", "funding_rate"],
  ])("%s: %s", (path, figure) => {
    const bodies = changed(path, (body) => setEverywhere(body, figure, more));
    expect(checkBodies(bodies, ledger, HOW).join("\n")).toMatch(`${path}: `);
  });
});

describe("a null without its reason is found, and a reason without its null:", () => {
  it.each([
    [SNAPSHOT_PATH, "perps.dex_share"],
    [SNAPSHOT_PATH, "market_overview.avg_market_dispersion"],
    ["/api/dashboard/overview", "market_overview.avg_market_dispersion"],
    ["/api/market/overview", "avg_market_dispersion"],
    [`${ANALYSIS_PATH}BTCUSDT`, "sub_components.sentiment.liquidations"],
  ])("%s: %s", (path, figure) => {
    const without = changed(path, (body) => void delete (body.missing as Json)[figure]);
    expect(checkBodies(without, ledger, HOW).join("\n")).toMatch(/is null without/);
  });

  it("in a body whose figure is known", () => {
    const bodies = changed("/api/market/overview", (body) =>
      Object.assign(body.missing as Json, { btc_price: "too_short" }),
    );
    expect(checkBodies(bodies, ledger, HOW)).toHaveLength(1);
  });
});

it("is judged in steps, each a check of one body at most, between which the proxies go on", () => {
  const steps = [...checkBodiesInSteps(good, ledger, HOW)];
  expect(steps.length).toBeGreaterThan(3 * good.bodies.size);
  expect(steps.flat()).toEqual([]);
});

describe("a row without a change within 5 min", () => {
  const without = (carried: boolean): string => {
    const body = structuredClone(good.bodies.get(SNAPSHOT_PATH)) as Json;
    const { confluence_scores, symbols, top_symbols, missing, sections } = body as {
      confluence_scores: Json[];
      symbols: Json[];
      top_symbols: Json[];
      missing: Json;
      sections: Record<"scores" | "overview", Json>;
    };
    for (const row of [...confluence_scores, ...symbols, ...top_symbols]) {
      for (const name of ["change_5m", "change_5m_deviations"]) {
        row[name] = null;
        missing[`confluence_scores.${row.symbol}.${name}`] = "stale_input";
      }
    }
    if (carried) {
      Object.assign(sections.scores, { stale: true });
      Object.assign(sections.overview, { as_of: Number(sections.scores.as_of) + 91 });
    }
    const analysis = `${ANALYSIS_PATH}BTCUSDT`;
    const bodies = new Map([
      [SNAPSHOT_PATH, body],
      [analysis, good.bodies.get(analysis)],
    ]);
    return checkBodies({ ...good, bodies }, ledger, HOW).join("\n");
  };

  it("is right where it is carried over for more than three periods, and only there", () => {
    expect(without(true)).not.toMatch(/change_5m|not valid/);
    expect(without(false)).toMatch(/BTCUSDT: change_5m is null, and the ledger has/);
  });
});

describe("in a run with damaged rows", () => {
  const START_MS = MARKET.startAtMs;
  const HOUR_MS = 3_600_000;
  const damaged = (fromMs: number, toMs: number) => ({ ...HOW, damages: [{ fromMs, toMs }] });
  const NOW = damaged(START_MS, START_MS + HOUR_MS);
  const EARLIER = damaged(START_MS - HOUR_MS, START_MS - 1);
  const LATER = damaged(START_MS + HOUR_MS, START_MS + 2 * HOUR_MS);

  /** With so many points of an input fewer than there are, and another figure of a rule: the first that it has. */
  function changedInput(input: string, fewer: number, [component, rule]: readonly [component: string, rule: string]) {
    return changed(`${ANALYSIS_PATH}BTCUSDT`, (body) => {
      const inputs = body.inputs as { input: string; count: number }[];
      const status = inputs.find((each) => each.input === input);
      expect(status).toBeDefined();
      Object.assign(status ?? {}, { count: (status?.count ?? 0) - fewer });
      const breakdown = body.breakdown as Record<string, { rules: Record<string, { figures: { value: number }[] }> }>;
      const figure = breakdown[component]?.rules[rule]?.figures[0];
      expect(figure).toBeDefined();
      Object.assign(figure ?? {}, { value: slightly(figure?.value ?? 0) });
    });
  }

  const find = (bodies: Bodies, how: Parameters<typeof checkBodies>[2]) => checkBodies(bodies, ledger, how).join("\n");

  it.each<[input: string, rule: readonly [component: string, rule: string]]>([
    ["long_account_share", ["sentiment", "long_short_ratio"]],
    ["funding_rate", ["sentiment", "funding_rate"]],
    ["open_interest", ["orderflow", "open_interest"]],
  ])("a figure on %s is believed from then on, where some are missing", (input, rule) => {
    const name = new RegExp(rule.join("."));
    for (const how of [NOW, EARLIER]) {
      expect(find(changedInput(input, 100, rule), how)).not.toMatch(name);
      expect(find(changedInput(input, 0, rule), how)).toMatch(name);
    }
    expect(find(changedInput(input, 100, rule), LATER)).toMatch(name);
    // Asked for after the moment that the refresh is of.
    const readLater = { ...changedInput(input, 100, rule), readAtMs: START_MS + 1.5 * HOUR_MS };
    expect(find(readLater, LATER)).not.toMatch(name);
  });

  it("a figure on trades is believed until there is an answer without damage, or of a worker that began with some", () => {
    const wrong = changedInput("trades", 0, ["orderflow", "cvd"]);
    expect(find(wrong, NOW)).not.toMatch(/orderflow.cvd/);
    expect(find(wrong, EARLIER)).toMatch(/orderflow.cvd/);
    expect(find(wrong, LATER)).toMatch(/orderflow.cvd/);
    expect(find({ ...wrong, isOfFirstWorker: false }, EARLIER)).not.toMatch(/orderflow.cvd/);
  });

  it.each<[input: string, rule: readonly [component: string, rule: string]]>([
    ["book", ["orderbook", "depth_near"]],
    ["candles_5m", ["volume", "vwap"]],
  ])("a figure on %s is not: it is whole, or not used", (input, rule) => {
    expect(find(changedInput(input, 100, rule), NOW)).toMatch(new RegExp(rule.join(".")));
  });
});
