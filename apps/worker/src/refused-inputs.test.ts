import type { SymbolInputs } from "@pulseboard/engine";
import { expect, test } from "vitest";
import { createFakeMarket, type FaultyMarket } from "./testing/faulty-market.ts";
import { startRefreshing } from "./testing/refreshing-worker.ts";

/** A market whose minutes come newest first, for as long as the test wants. */
function createTwistedMarket(): { readonly market: FaultyMarket; twisted: boolean } {
  const market = createFakeMarket();
  const twist = (inputs: SymbolInputs): SymbolInputs => {
    const minutes = inputs.candles["1m"];
    if (!minutes.known) {
      return inputs;
    }
    const value = { ...minutes.value, openTimeMs: minutes.value.openTimeMs.toReversed() };
    return { ...inputs, candles: { ...inputs.candles, "1m": { ...minutes, value } } };
  };
  const state = {
    twisted: true,
    market: {
      ...market,
      openGateways: (log: Parameters<FaultyMarket["openGateways"]>[0]) => {
        const { exchange, reference } = market.openGateways(log);
        const collectSymbol: typeof exchange.collectSymbol = async (...args) => {
          const collected = await exchange.collectSymbol(...args);
          return state.twisted ? { ...collected, inputs: twist(collected.inputs) } : collected;
        };
        return { exchange: { ...exchange, collectSymbol }, reference };
      },
    },
  };
  return state;
}

test("an input that cannot be right costs that input and not the symbol; it is counted, and logged once until it is right again", async () => {
  const state = createTwistedMarket();
  await using market = state.market;
  let counted = 0;
  const worker = startRefreshing(market, {
    phaseEnded: () => {},
    foundProblems: (problems) => {
      counted += problems.filter(({ code, endpoint }) => code === "bad_input" && endpoint === "candles.1m").length;
    },
  });
  const refresh = async () => {
    const outcome = await worker.refresh();
    await market.goOn(30_000);
    return { outcome, refused: worker.warnings().filter(({ code }) => code === "bad_input") };
  };

  const first = await refresh();
  expect(first.outcome).toMatchObject({ report: { scored: 3, expected: 3 } });
  expect(first.refused).toMatchObject([{ endpoint: "candles.1m", count: 3 }]);
  expect(first.refused[0]?.msg).toMatch(
    /^Scored without candles\.1m: candles\.1m\.openTimeMs\[1\] is \d+ after \d+: candles must/,
  );

  expect((await refresh()).refused).toEqual([]);
  expect(counted).toBe(6);
  state.twisted = false;
  expect((await refresh()).refused).toEqual([]);
  expect(counted).toBe(6);
  state.twisted = true;
  expect((await refresh()).refused).toMatchObject([{ endpoint: "candles.1m", count: 3 }]);
});
