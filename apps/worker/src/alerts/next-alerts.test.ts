import { type Alert, alertsDocumentSchema } from "@pulseboard/snapshot";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlertMemory } from "../state/market-state.ts";
import { type AlertInput, NO_ALERTS, nextAlerts } from "./next-alerts.ts";

const T = 1_750_000_000;
const CALM = "Neutral: Consolidation";

const row = (symbol: string, score: number) => ({ symbol, score, reliability: 0.8, price: 100 });

/** One refresh a minute of BTCUSDT alone; the alerts at the end, oldest first. */
function signalsOf(scores: readonly number[], everyS = 60): readonly Alert[] {
  let memory = NO_ALERTS;
  scores.forEach((score, index) => {
    memory = nextAlerts(memory, { nowS: T + index * everyS, scored: [row("BTCUSDT", score)], regime: CALM });
  });
  return memory.alerts.toReversed();
}

function changesOf(regimes: readonly string[]): readonly string[] {
  let memory = NO_ALERTS;
  regimes.forEach((regime, index) => {
    memory = nextAlerts(memory, { nowS: T + index * 60, scored: [], regime });
  });
  return memory.alerts.toReversed().map(({ message }) => message);
}

describe("a signal", () => {
  it("says which symbol crossed which threshold, when, and with which score", () => {
    expect(signalsOf([60, 66.2])).toEqual([
      {
        method_version: 2,
        id: `signal:BTCUSDT:${T + 60}`,
        alert_type: "signal",
        level: "info",
        symbol: "BTCUSDT",
        message: "BTCUSDT has risen to 65 or above: its score is 66.20 (pushing up)",
        timestamp: T + 60,
        unix_timestamp: T + 60,
        details: { direction: "bullish", score: 66.2, threshold: 65, reliability: 0.8, price: 100 },
      },
    ]);
    expect(signalsOf([50, 30])[0]?.message).toBe(
      "BTCUSDT has fallen to 35 or below: its score is 30.00 (pushing down)",
    );
  });

  it.each<[string, readonly number[], readonly number[]]>([
    ["at the very line", [64.99, 65], [65]],
    ["at the other very line", [35.01, 35], [35]],
    ["not below the line", [50, 64.99, 35.01], []],
    ["not for what was there from the start: nothing crossed", [70, 71, 72], []],
    ["once while it stays", [50, 66, 70, 80], [66]],
  ])("is given %s", (_name, scores, expected) => {
    expect(signalsOf(scores).map(({ details }) => "score" in details && details.score)).toEqual(expected);
  });

  // Two hours between refreshes: the cool-down is over each time.
  it.each<[string, readonly number[], readonly number[]]>([
    ["wavers within 3 points of it", [50, 65, 62, 65, 62, 66], [65]],
    ["came back further", [50, 65, 61.99, 66], [65, 66]],
    ["wavers about the lower line", [50, 35, 38, 34], [35]],
    ["came back from below further", [50, 35, 38.01, 34], [35, 34]],
    ["goes from one side to the other", [50, 70, 30, 70], [70, 30, 70]],
  ])("is given again when the score %s", (_name, scores, expected) => {
    expect(signalsOf(scores, 7200).map(({ details }) => "score" in details && details.score)).toEqual(expected);
  });

  it("is given once an hour at most; a crossing in between is reported afterwards, if the score is still there", () => {
    const times = (scores: readonly number[]) => signalsOf(scores, 900).map((alert) => (alert.timestamp - T) / 900);
    expect(times([50, 66, 50, 30, 30, 30, 30])).toEqual([1, 5]);
    expect(times([50, 66, 50, 30, 50, 50, 50])).toEqual([1]);
  });

  it("is not given for a symbol that comes back after six hours, because nobody knows how it got there", () => {
    expect(signalsOf([50, 70], 21_599)).toHaveLength(1);
    expect(signalsOf([50, 70], 21_600)).toEqual([]);
  });
});

describe("a change of regime", () => {
  const [A, B, C] = ["Neutral: Consolidation", "Bullish: Risk-On", "Volatile: Choppy Waters"] as const;

  it("is reported when two snapshots in a row have shown it", () => {
    let memory = NO_ALERTS;
    for (const [index, regime] of [A, B, B].entries()) {
      memory = nextAlerts(memory, { nowS: T + index * 60, scored: [], regime });
    }
    expect(memory.alerts).toEqual([
      {
        method_version: 2,
        id: `regime_change:${T + 120}`,
        alert_type: "regime_change",
        level: "warning",
        symbol: null,
        message: `The market has changed from "${A}" to "${B}"`,
        timestamp: T + 120,
        unix_timestamp: T + 120,
        details: { from: A, to: B },
      },
    ]);
  });

  it.each<[string, readonly string[], number]>([
    ["nothing for the first regime that is known", [A, A, A], 0],
    ["nothing for one that did not hold", [A, B, A, B, A], 0],
    ["nothing for two that were seen once each", [A, B, C, B, C], 0],
    ["nothing for one that an unknown one interrupted", [A, B, "UNKNOWN", B, "UNKNOWN"], 0],
    ["nothing for an unknown one", [A, "UNKNOWN", "UNKNOWN", A, A], 0],
    ["one that held after an interruption", [A, B, "UNKNOWN", B, B], 1],
    ["there and back", [A, B, B, A, A], 2],
  ])("counts %s", (_name, regimes, count) => {
    expect(changesOf(regimes)).toHaveLength(count);
  });
});

const scoreArbitrary = fc.oneof(
  fc.constantFrom(32, 35, 38, 39, 50, 61, 62, 65, 68),
  fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
);
const stepArbitrary = fc.record({
  laterS: fc.oneof(fc.constantFrom(30, 1800, 3600, 21_600), fc.integer({ min: -60, max: 8000 })),
  scores: fc.dictionary(fc.constantFrom("BTCUSDT", "ETHUSDT", "SOLUSDT"), scoreArbitrary),
  regime: fc.constantFrom("Bullish: Risk-On", "Bearish: Risk-Off", "Neutral: Consolidation", "UNKNOWN"),
});

function sightings(steps: readonly { laterS: number; scores: Record<string, number>; regime: string }[]): AlertInput[] {
  let nowS = T;
  return steps.map(({ laterS, scores, regime }) => {
    nowS += laterS;
    return { nowS, regime, scored: Object.entries(scores).map(([symbol, score]) => row(symbol, score)) };
  });
}

const runArbitrary = fc.array(stepArbitrary, { maxLength: 150 }).map(sightings);
const remember = (run: readonly AlertInput[], from: AlertMemory = NO_ALERTS) => run.reduce(nextAlerts, from);

describe("whatever the market does", () => {
  it("the list is valid: capped, newest first, each id once", () => {
    fc.assert(
      fc.property(runArbitrary, (run) => {
        const envelope = { schema_version: 1, sequence: 1, origin: "bybit", simulated: false };
        const result = alertsDocumentSchema.safeParse({ ...envelope, ...remember(run) });
        expect(result.error?.issues ?? []).toEqual([]);
      }),
    );
  });

  it("the signals of a symbol are an hour apart and beyond their threshold", () => {
    fc.assert(
      fc.property(runArbitrary, (run) => {
        const signals = remember(run).alerts.filter((alert) => alert.alert_type === "signal");
        for (const { details } of signals) {
          const { direction, score, threshold } = details;
          expect(direction === "bullish" ? score >= threshold : score <= threshold).toBe(true);
        }
        for (const symbol of ["BTCUSDT", "ETHUSDT", "SOLUSDT"]) {
          const times = signals.filter((alert) => alert.symbol === symbol).map((alert) => alert.timestamp);
          times.slice(1).forEach((time, index) => {
            expect((times[index] ?? 0) - time).toBeGreaterThanOrEqual(3600);
          });
        }
      }),
    );
  });

  it("between two signals to the same side the score came back by more than 3 points", () => {
    const steps = fc.array(fc.tuple(scoreArbitrary, fc.integer({ min: 1, max: 8000 })), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (scoresAndGaps) => {
        let memory = NO_ALERTS;
        let nowS = T;
        let lastSide: string | null = null;
        let hasComeBack = true;
        for (const [score, laterS] of scoresAndGaps) {
          nowS += laterS;
          const before = memory.alerts[0];
          memory = nextAlerts(memory, { nowS, scored: [row("BTCUSDT", score)], regime: CALM });
          const signal = memory.alerts[0];
          if (lastSide === "bullish" ? score < 62 : score > 38) {
            hasComeBack = true;
          }
          if (signal === undefined || signal === before || !("direction" in signal.details)) {
            continue;
          }
          const side: string = signal.details.direction;
          expect(side !== lastSide || hasComeBack).toBe(true);
          lastSide = side;
          hasComeBack = false;
        }
      }),
    );
  });

  it("each change of regime begins where the one before ended", () => {
    fc.assert(
      fc.property(runArbitrary, (run) => {
        const { alerts, regime } = remember(run);
        const changes = alerts.flatMap(({ details }) => ("from" in details ? [details] : [])).toReversed();
        changes.forEach(({ from, to }, index) => {
          expect(from).not.toBe(to);
          expect(changes[index + 1]?.from ?? regime.current).toBe(to);
        });
      }),
    );
  });

  it("a restart in between changes nothing", () => {
    fc.assert(
      fc.property(runArbitrary, fc.nat({ max: 150 }), (run, at) => {
        const reread: AlertMemory = JSON.parse(JSON.stringify(remember(run.slice(0, at))));
        expect(remember(run.slice(at), reread)).toEqual(remember(run));
      }),
    );
  });

  it("keeps the newest hundred", () => {
    const run = Array.from({ length: 260 }, (_, index) => ({
      nowS: T + index * 3600,
      scored: [row("BTCUSDT", index % 2 === 0 ? 50 : 70)],
      regime: CALM,
    }));
    const { alerts } = remember(run);
    expect(alerts).toHaveLength(100);
    expect(alerts[0]?.timestamp).toBe(T + 259 * 3600);
  });
});
