import { expect } from "vitest";
import { describeLaw } from "../testing/describe-law.ts";
import { highestPrice, reflectMarket } from "../testing/reflect.ts";
import { scaleMarket } from "../testing/scale.ts";
import { signalsOf, signalTable } from "../testing/signals.ts";
import { scoreSymbol } from "./score-symbol.ts";

describeLaw("law 1: signals are within -1..1, scores within 0..100, reliability within 0..1", 25, (market) => {
  const analysis = scoreSymbol(market);
  for (const { signal } of signalsOf(analysis)) {
    if (signal !== null) {
      expect(Math.abs(signal)).toBeLessThanOrEqual(1);
    }
  }
  for (const score of [analysis.score, ...analysis.components.map((component) => component.score)]) {
    if (score !== null) {
      expect(score >= 0 && score <= 100).toBe(true);
    }
  }
  const factors = [analysis.reliability, ...Object.values(analysis.reliabilityFactors)];
  expect(factors.every((factor) => factor >= 0 && factor <= 1)).toBe(true);
});

describeLaw("law 2: in the mirrored market every signal changes sign", 25, (market) => {
  const mirrored = signalsOf(scoreSymbol(reflectMarket(market, highestPrice(market))));
  for (const [index, { path, signal, reason }] of signalsOf(scoreSymbol(market)).entries()) {
    const reflection = mirrored[index];
    expect([reflection?.path, reflection?.reason]).toEqual([path, reason]);
    if (signal !== null) {
      expect(Math.abs((reflection?.signal ?? Number.NaN) + signal), `${path} ${signal}`).toBeLessThanOrEqual(1e-9);
    }
  }
});

describeLaw("law 3: prices or quantities times a power of two leave every bit of the signals", 12, (market, seed) => {
  const factor = 2 ** ((seed % 41) - 20);
  const signals = signalTable(scoreSymbol(market));
  expect(signalTable(scoreSymbol(scaleMarket(market, { prices: factor })))).toEqual(signals);
  expect(signalTable(scoreSymbol(scaleMarket(market, { quantities: factor })))).toEqual(signals);
});

describeLaw(
  "law 3: prices or quantities times any factor move the score by less than 1e-6 points",
  12,
  (market, seed) => {
    const factor = 10 ** (((seed % 1000) / 1000) * 6 - 3);
    const { score } = scoreSymbol(market);
    for (const scaled of [scaleMarket(market, { prices: factor }), scaleMarket(market, { quantities: factor })]) {
      expect(Math.abs((scoreSymbol(scaled).score ?? Number.NaN) - (score ?? Number.NaN))).toBeLessThan(1e-6);
    }
  },
);
