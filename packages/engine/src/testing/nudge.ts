import type { Random } from "@pulseboard/testing/random";
import type { Book, Candles, Trades } from "../domain/market-data.ts";
import type { Input, SymbolInputs, Timeframe } from "../domain/symbol-inputs.ts";
import { TIMEFRAMES } from "../domain/symbol-inputs.ts";
import { atr } from "../indicators/atr.ts";
import { last } from "../indicators/columns.ts";
import { mapInput } from "./reflect.ts";

/** A price moves by a millionth of the ATR, a quantity by a millionth of itself. */
const NUDGE = 1e-6;

export interface Nudged {
  /** The value that moved, for the message of a failure. */
  readonly what: string;
  readonly market: SymbolInputs;
}

/** Moves one price or one quantity, at a random place, up or down, by almost nothing. */
export function nudgeSomething(market: SymbolInputs, random: Random): Nudged {
  const sign = random.below(2) === 0 ? 1 : -1;
  const place = random.below(3);
  if (place === 0) {
    return nudgeCandle(market, random, sign);
  }
  const key = place === 1 ? "book" : "trades";
  const nudge = sign * NUDGE * atrOf(market.candles["5m"]);
  const [input, what] =
    key === "book"
      ? nudgeColumn<Book>(market.book, random, nudge, sign)
      : nudgeColumn<Trades>(market.trades, random, nudge, sign);
  return { what: `${key} ${what}`, market: { ...market, [key]: input } };
}

function nudgeCandle(market: SymbolInputs, random: Random, sign: 1 | -1): Nudged {
  const timeframe: Timeframe = TIMEFRAMES[random.below(TIMEFRAMES.length)] ?? "1m";
  const candles = market.candles[timeframe];
  const [input, what] = nudgeColumn<Candles>(candles, random, sign * NUDGE * atrOf(candles), sign);
  return { what: `${timeframe} ${what}`, market: { ...market, candles: { ...market.candles, [timeframe]: input } } };
}

function nudgeColumn<T extends object>(
  input: Input<T>,
  random: Random,
  priceNudge: number,
  sign: 1 | -1,
): readonly [Input<T>, string] {
  if (!input.known) {
    return [input, "nothing"];
  }
  const columns = Object.entries(input.value).filter(
    ([name, column]) => column instanceof Float64Array && !name.toLowerCase().includes("time"),
  );
  const [name, column] = columns[random.below(columns.length)] ?? ["", new Float64Array()];
  // Mostly near the newest candle, the newest trade or the best level, where it matters most.
  const back = Math.floor(random.uniform() ** 3 * column.length);
  const index = name.startsWith("bid") || name.startsWith("ask") ? back : column.length - 1 - back;
  const quantity = name.includes("uantity") || name.includes("volume");
  const changed = column.map((value: number, i: number) => {
    if (i !== index) {
      return value;
    }
    return quantity ? value * (1 + sign * NUDGE) : value + priceNudge;
  });
  return [mapInput(input, (value) => ({ ...value, [name]: changed })), `${name}[${index}] of ${column.length}`];
}

function atrOf(input: Input<Candles>): number {
  // Without candles there is no ATR, and prices stay where they are.
  return input.known && input.value.close.length > 0 ? last(atr(input.value, 14)) : 0;
}
