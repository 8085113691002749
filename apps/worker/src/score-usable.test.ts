import { type SymbolInputs, scoreSymbol, withoutInput } from "@pulseboard/engine";
import { generateMarket } from "@pulseboard/testing/generated-market";
import { expect, test } from "vitest";
import { scoreUsable } from "./score-usable.ts";

const market = generateMarket({ seed: 4, candles: 80, trades: 60, levels: 20 });
const { book, trades } = market;
if (!book.known || !trades.known) {
  throw new Error("a generated market has a book and trades");
}
const badBook = { ...book, value: { ...book.value, bidPrice: book.value.bidPrice.with(3, Number.NaN) } };
const badTrades = { ...trades, value: { ...trades.value, timeMs: trades.value.timeMs.toReversed() } };

test("inputs that can be right are scored as they are", () => {
  expect(scoreUsable(market)).toEqual({ analysis: scoreSymbol(market), inputs: market, problems: [] });
});

test("each input that cannot be right is lost, with a problem that names its place, and the symbol is not", () => {
  const inputs: SymbolInputs = { ...market, book: badBook, trades: badTrades };
  const { analysis, problems, ...scored } = scoreUsable(inputs);
  const expected = withoutInput(withoutInput(market, "book"), "trades");
  expect(scored.inputs).toEqual(expected);
  expect(analysis).toEqual(scoreSymbol(expected));
  expect(analysis.score).not.toBeNull();
  expect(problems).toMatchObject([
    {
      endpoint: "book",
      code: "bad_input",
      symbol: "GENUSDT",
      message: expect.stringContaining("book.bidPrice[3] is NaN"),
    },
    { endpoint: "trades", code: "bad_input", symbol: "GENUSDT", message: expect.stringContaining("trades.timeMs[1]") },
  ]);
});

test("of whatever type it is, an input is lost and the symbol is not", () => {
  const texts = { ...book, value: { ...book.value, askPrice: ["100.1"] } };
  const odd = { ...market, book: texts, trades: null, fundingRate8h: 5, candles: { ...market.candles, "5m": "x" } };
  const { analysis, problems } = scoreUsable(odd as never);
  expect(analysis.score).not.toBeNull();
  expect(problems.map(({ endpoint }) => endpoint)).toEqual(["candles.5m", "book", "trades", "fundingRate8h"]);
});

test("data of after now is lost, and the symbol is not", () => {
  const { analysis, problems } = scoreUsable({ ...market, book: { ...book, asOfMs: market.nowMs + 60_001 } });
  expect(analysis.score).not.toBeNull();
  expect(problems).toMatchObject([{ endpoint: "book", code: "bad_input" }]);
});

test("a fault outside of the inputs is an error", () => {
  expect(() => scoreUsable({ ...market, nowMs: Number.NaN })).toThrow("nowMs is NaN");
});
