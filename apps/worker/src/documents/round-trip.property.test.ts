import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { createDiskStore, STORAGE_DURATIONS } from "@pulseboard/storage";
import { propertyRuns } from "@pulseboard/testing/property-runs";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { nextMarketState } from "../next-market-state.ts";
import type { MarketState } from "../state/market-state.ts";
import { arbitraryState } from "../testing/arbitrary-state.ts";
import { generateRefreshInput } from "../testing/generate-refresh-input.ts";
import { buildDocuments } from "./build-documents.ts";
import { loadMarketState } from "./load-market-state.ts";

const log = createLogger({ level: "silent", pretty: false });
const META = { origin: "simulator", simulated: true, periodMs: 30_000 };

/** Builds the documents, stores them on a disk, reads them as the next process would, and loads the state. */
async function storeAndLoad(state: MarketState) {
  const folder = await createTemporaryFolder();
  try {
    const { documents } = buildDocuments(state, META, 7, 1_780_000_000_123, (_symbol, error) => {
      throw error;
    });
    const options = {
      directory: folder.path,
      log,
      outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
      clock: systemClock,
      durations: STORAGE_DURATIONS,
    };
    await createDiskStore(options).publish({ sequence: 7, documents });
    const stored = await createDiskStore(options).read();
    return loadMarketState(stored?.documents ?? new Map(), "simulator");
  } finally {
    await folder.remove();
  }
}

const asItWas = (state: MarketState) => ({ state, alertsProblem: null, workerStateProblem: null });

it("any state comes back from its documents as it was", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryState, async (state) => {
      expect(await storeAndLoad(state)).toEqual(asItWas(state));
    }),
    { numRuns: propertyRuns({ quick: 40, thorough: 1000 }) },
  );
});

const inputs = [1, 2].map((seed) => generateRefreshInput({ symbols: 4, seed }));

/** One refresh: how much later it is, and which data could not be collected. */
const step = fc.record({
  input: fc.constantFrom(...inputs),
  laterMs: fc.oneof(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1_700_000, max: 4_000_000 })),
  lacks: fc.subarray(["tickers", "half the tickers", "symbols", "scores", "reference", "globalMarket", "fearGreed"]),
});

it("every state that refreshes lead to comes back from its documents as it was", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      let state: MarketState | null = null;
      let marketMs = 0;
      for (const { input, laterMs, lacks } of steps) {
        marketMs += laterMs;
        const asOfMs = input.asOfMs + marketMs;
        const { tickers, symbols, reference } = input;
        if (tickers === null || symbols === null || reference === null) {
          throw new Error("a generated input is complete");
        }
        const listed = lacks.includes("half the tickers") ? tickers.tickers.slice(0, 2) : tickers.tickers;
        state = nextMarketState(
          {
            ...input,
            asOfMs,
            tickers:
              lacks.includes("tickers") && state !== null ? null : { ...tickers, tickers: listed, asOfMs: asOfMs - 7 },
            symbols: lacks.includes("symbols")
              ? null
              : { ...symbols, scored: lacks.includes("scores") ? [] : symbols.scored },
            reference: lacks.includes("reference")
              ? null
              : {
                  globalMarket: lacks.includes("globalMarket") ? null : reference.globalMarket,
                  fearGreed: lacks.includes("fearGreed") ? null : reference.fearGreed,
                  problems: [],
                },
          },
          state,
        );
      }
      if (state !== null) {
        expect(await storeAndLoad(state)).toEqual(asItWas(state));
      }
    }),
    { numRuns: propertyRuns({ quick: 15, thorough: 300 }) },
  );
});
