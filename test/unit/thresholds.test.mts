import { expect, it } from "vitest";
import { besideWords, directionOf } from "../../apps/mobile/src/parts/score-direction.ts";
import { NO_ALERTS, nextAlerts } from "../../apps/worker/src/alerts/next-alerts.ts";
import { pushWords, SCORE } from "../../packages/engine/src/confluence/score.ts";
import { FIVE_MINUTE_CHANGE } from "../../packages/engine/src/market/five-minute-change.ts";

const ROW = { symbol: "BTCUSDT", reliability: 1, price: 1 };

/** What the worker reports when a score comes from 50. */
function alertFor(score: number): string {
  const at = (nowS: number, value: number) => ({ nowS, scored: [{ ...ROW, score: value }], regime: "UNKNOWN" });
  const [alert] = nextAlerts(nextAlerts(NO_ALERTS, at(1000, 50)), at(2000, score)).alerts;
  return alert?.alert_type === "signal" ? alert.details.direction : "none";
}

it("a score pushes up and down from the same lines on for the engine's words, the alerts and the page", () => {
  for (let score = 0; score <= 100; score += 0.25) {
    const expected = score >= SCORE.bullish ? "bullish" : score <= SCORE.bearish ? "bearish" : "none";
    const { word, strength } = directionOf(score);
    const shown = strength !== "clear" ? "none" : word === "pushing up" ? "bullish" : "bearish";
    expect([score, alertFor(score), shown]).toEqual([score, expected, expected]);
    expect(word).toBe(pushWords(score));
  }
});

it("the page says a change within 5 min from beyond the line that the method has, both ways", () => {
  const line = FIVE_MINUTE_CHANGE.lineDeviations;
  const wordsAt = (change_5m_deviations: number) =>
    besideWords({ score: 50, score_now: 50, change_5m: 2, change_5m_deviations });
  expect([line + 0.01, line, -line, -line - 0.01].map((deviations) => wordsAt(deviations) !== "")).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
