import { createRandom } from "@pulseboard/testing/random";
import { againstBitcoin } from "../../market/against-bitcoin.ts";
import { outlooks } from "../../market/outlook.ts";
import { priceMoves } from "../../market/price-moves.ts";
import { candlesOfCloses, movingInputs } from "../closes.ts";
import { average, total } from "./bars.ts";
import type { Probe } from "./probes.ts";

const MINUTE = 60_000;
const NOW = 30 * MINUTE * 1_000_000;
/** Enough for more than 7 days and for more than 4 h. */
const COUNT_OF_30M = 460;
const COUNT_OF_5M = 100;

/** Closes, oldest first, of each symbol. */
interface Closes {
  readonly of30m: readonly number[];
  readonly of5m: readonly number[];
}

/** Symbols that move wildly before the last week, so that a longer window is another one. */
function closesOf(count: number): readonly Closes[] {
  return Array.from({ length: count }, (_, i) => {
    const random = createRandom(500 + i);
    const walk = (length: number, calmFrom: number, step: number) => {
      let log = 3 + i;
      return Array.from({ length }, (__, k) => {
        log += (k < calmFrom ? 20 : 1) * step * random.normal();
        return Math.exp(log);
      });
    };
    return { of30m: walk(COUNT_OF_30M, COUNT_OF_30M - 337, 0.004 + 0.001 * i), of5m: walk(COUNT_OF_5M, 0, 0.002) };
  });
}

const hourBack = (closes: readonly number[], perHour: number, hours: number) =>
  Math.log(closes[closes.length - 1 - perHour * hours] ?? Number.NaN);
const moved = (closes: readonly number[], perHour: number, hours: number) =>
  hourBack(closes, perHour, 0) - hourBack(closes, perHour, hours);
const returnsOf = (closes: readonly number[], count: number) =>
  Array.from({ length: count }, (_, h) => hourBack(closes, 2, h) - hourBack(closes, 2, h + 1));

const ours = ({ of30m, of5m }: Closes) =>
  priceMoves(
    movingInputs(NOW, {
      "30m": candlesOfCloses(of30m, 30 * MINUTE, NOW),
      "5m": candlesOfCloses(of5m, 5 * MINUTE, NOW),
    }),
  );

/** The outlook of 9, 10 and 11 symbols, by the method's text. */
export function outlookProbes(): readonly Probe[] {
  return [9, 10, 11].map((count) => {
    const symbols = closesOf(count);
    const moves = symbols.map(({ of30m, of5m }) => [
      moved(of5m, 12, 1),
      moved(of5m, 12, 4),
      moved(of30m, 2, 24),
      moved(of30m, 2, 72),
    ]);
    const expected = symbols.map(({ of30m }, i): [string, number] => {
      const usual = Math.sqrt(total(returnsOf(of30m, 168).map((r) => r * r)) / 168);
      const parts = [1, 4, 24, 72].map((hours, k) => {
        const market = average(moves.map((own) => own[k] ?? Number.NaN));
        return Math.tanh(((moves[i]?.[k] ?? Number.NaN) - market) / (usual * Math.sqrt(hours)));
      });
      return [`S${i}`, -average(parts)];
    });
    return {
      name: `outlook of ${count}`,
      expected: Object.fromEntries(count < 10 ? expected.map(([name]) => [name, "not_enough_symbols"]) : expected),
      ours: () =>
        Object.fromEntries(
          [...outlooks(symbols.map((closes, i) => ({ symbol: `S${i}`, moves: ours(closes) })))].map(
            ([symbol, outlook]) => [symbol, outlook.known ? outlook.revm : outlook.reason],
          ),
        ),
    };
  });
}

/** Beta, correlation and own move of a symbol with as many hours, and with one less than are needed. */
export function againstBitcoinProbes(): readonly Probe[] {
  const [bitcoin, whole] = closesOf(2) as [Closes, Closes];
  return [229, 100, 72, 71].map((hours) => {
    const own = { ...whole, of30m: whole.of30m.slice(-(2 * hours + 1)) };
    const used = hours > 168 ? 168 : hours;
    const [x, y] = [returnsOf(bitcoin.of30m, used), returnsOf(own.of30m, used)];
    const centred = (values: readonly number[]) => values.map((value) => value - average(values));
    const products = (a: readonly number[], b: readonly number[]) =>
      total(centred(a).map((value, i) => value * (centred(b)[i] ?? Number.NaN)));
    const beta = products(x, y) / products(x, x);
    return {
      name: `against Bitcoin with ${hours} h`,
      expected:
        hours < 72
          ? { reason: "too_short" }
          : {
              beta,
              correlation: products(x, y) / Math.sqrt(products(x, x) * products(y, y)),
              own: moved(own.of30m, 2, 24) - beta * moved(bitcoin.of30m, 2, 24),
              returns: used,
            },
      ours: () => {
        const result = againstBitcoin(ours(own).hourlyReturns, ours(bitcoin).hourlyReturns);
        return result.known
          ? {
              beta: result.beta,
              correlation: result.correlation,
              own: result.ownLogMove,
              returns: result.hourlyReturns,
            }
          : { reason: result.reason };
      },
    };
  });
}
