import { generateMarket } from "@pulseboard/testing/generated-market";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { foldScore } from "../confluence/published-score.ts";
import { scoreCandles } from "../confluence/score-candles.ts";
import { scoreSymbol } from "../confluence/score-symbol.ts";
import { EngineInputError, INPUT_PATHS } from "../domain/engine-input-error.ts";
import { fiveMinuteChange } from "../market/five-minute-change.ts";
import { technicalRating } from "../rating/technical-rating.ts";
import { withoutInput } from "./check-inputs.ts";

type Fields = Record<string, unknown>;

const market = generateMarket({ seed: 3, price: 100, candles: 80, trades: 60, levels: 12 });
const ODD: readonly unknown[] = [
  null,
  undefined,
  "",
  "100.1",
  "x",
  5n,
  true,
  Symbol("odd"),
  () => 1,
  [],
  [1, 2, 3],
  {},
  Object.create(null),
  new Date(0),
  new Map(),
  Float32Array.of(1),
  new BigInt64Array(80),
  new Float64Array(0),
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  0,
  1e300,
];

/** The fields of fields of the inputs; a column is a whole, and its texts are tried as such. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const inside =
    typeof value === "object" && value !== null && !ArrayBuffer.isView(value)
      ? Object.entries(value).flatMap(([name, part]) => pathsOf(part, [...path, name]))
      : [];
  return [path, ...inside];
}

function put(value: unknown, [name, ...rest]: readonly string[], odd: unknown): unknown {
  if (name === undefined) {
    return odd === "as texts" && ArrayBuffer.isView(value) ? Array.from(value as Float64Array, String) : odd;
  }
  const fields = value as Fields;
  const changed = put(fields[name], rest, odd);
  return Array.isArray(value)
    ? value.map((part, i) => (String(i) === name ? changed : part))
    : { ...fields, [name]: changed };
}

/** The places of numbers that are not finite, of fields that are undefined, and of texts that say either. */
function oddIn(value: unknown, path = ""): readonly string[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => oddIn(part, `${path}.${key}`));
  }
  const isOdd =
    (typeof value === "number" && !Number.isFinite(value)) ||
    value === undefined ||
    (typeof value === "string" && /NaN|undefined|Infinity|\[object/.test(value));
  return isOdd ? [path] : [];
}

/** A result without anything odd in it, or the refusal. */
function resultOf<T>(compute: () => T): T | EngineInputError {
  try {
    const result = compute();
    expect(oddIn(result)).toEqual([]);
    return result;
  } catch (error) {
    if (error instanceof EngineInputError) {
      expect(error.message).toBe(`${error.path} ${error.reason}`);
      return error;
    }
    throw error;
  }
}

it("of whatever type a field of the inputs is, they are refused or every figure and sentence is whole", {
  timeout: 600_000,
}, () => {
  const places = fc.constantFrom(...pathsOf(market).slice(1));
  const law = fc.property(places, fc.constantFrom("as texts", ...ODD), (path, odd) => {
    const inputs = put(market, path, odd) as typeof market;
    // As the worker does: each refusal costs an input, and not the symbol.
    let left = inputs;
    let result = resultOf(() => scoreSymbol(left));
    for (let tries = 0; result instanceof EngineInputError && result.input !== null; tries++) {
      expect(tries).toBeLessThan(INPUT_PATHS.length);
      left = withoutInput(left, result.input);
      result = resultOf(() => scoreSymbol(left));
    }
    expect(result instanceof EngineInputError ? result.path : "scored").toMatch(/^(scored|nowMs|symbol)$/);
    resultOf(() => fiveMinuteChange(inputs));
  });
  fc.assert(law, { numRuns: propertyRuns({ quick: 400, thorough: 8000 }) });
});

it("so are candles alone, and an average", { timeout: 600_000 }, () => {
  const input = market.candles["5m"];
  const candles = input.known ? input.value : undefined;
  const analysis = scoreSymbol(market);
  const average = foldScore(analysis, market.nowMs, null)?.average;
  const law = fc.property(fc.constantFrom("as texts", ...ODD), fc.nat(), (odd, n) => {
    const pick = (value: unknown) => pathsOf(value)[n % pathsOf(value).length] ?? [];
    const oddCandles = put(candles, pick(candles), odd) as never;
    resultOf(() => technicalRating(oddCandles));
    resultOf(() => scoreCandles({ symbol: "A", nowMs: market.nowMs, candles: { "5m": oddCandles } }));
    const oddAverage = put(average, pick(average), odd) as typeof average;
    resultOf(() => foldScore(analysis, market.nowMs, oddAverage as never));
  });
  fc.assert(law, { numRuns: propertyRuns({ quick: 200, thorough: 4000 }) });
});
