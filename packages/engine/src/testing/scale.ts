import type { Book, Candles } from "../domain/market-data.ts";
import type { Input, SymbolInputs } from "../domain/symbol-inputs.ts";
import { mapInput } from "./reflect.ts";

/** The same market with all prices and all base quantities multiplied by fixed factors. */
export function scaleMarket(
  inputs: SymbolInputs,
  { prices = 1, quantities = 1 }: { readonly prices?: number; readonly quantities?: number },
): SymbolInputs {
  const price = (value: number) => value * prices;
  const quantity = (value: number) => value * quantities;
  const candles = (input: Input<Candles>) =>
    mapInput(input, (c) => ({
      ...c,
      open: c.open.map(price),
      high: c.high.map(price),
      low: c.low.map(price),
      close: c.close.map(price),
      volumeBase: c.volumeBase.map(quantity),
    }));
  const book = (input: Input<Book>) =>
    mapInput(input, (b) => ({
      timeMs: b.timeMs,
      bidPrice: b.bidPrice.map(price),
      bidQuantityBase: b.bidQuantityBase.map(quantity),
      askPrice: b.askPrice.map(price),
      askQuantityBase: b.askQuantityBase.map(quantity),
    }));
  const optional = (value: number | null) => (value === null ? null : price(value));
  return {
    ...inputs,
    ticker: mapInput(inputs.ticker, (t) => ({
      ...t,
      lastPrice: price(t.lastPrice),
      markPrice: optional(t.markPrice),
      indexPrice: optional(t.indexPrice),
      bidPrice: optional(t.bidPrice),
      askPrice: optional(t.askPrice),
    })),
    candles: {
      "1m": candles(inputs.candles["1m"]),
      "5m": candles(inputs.candles["5m"]),
      "30m": candles(inputs.candles["30m"]),
      "4h": candles(inputs.candles["4h"]),
    },
    book: book(inputs.book),
    trades: mapInput(inputs.trades, (t) => ({
      ...t,
      price: t.price.map(price),
      quantityBase: t.quantityBase.map(quantity),
    })),
    openInterestBase: mapInput(inputs.openInterestBase, (s) => ({ ...s, value: s.value.map(quantity) })),
    liquidations: mapInput(inputs.liquidations, (l) => ({ ...l, quantityBase: l.quantityBase.map(quantity) })),
  };
}
