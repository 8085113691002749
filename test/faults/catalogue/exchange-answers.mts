import type { Fault, Stage, Unanswered } from "../contracts.mts";
import { openMarketLedger } from "../invariants/ledger/market-ledger.mts";

/** Which answers of the simulator meet which of its faults. */
export interface Answers {
  readonly name: string;
  readonly endpoints: readonly string[];
  readonly faults: readonly string[];
  /** Of the answers that meet one of the faults. */
  readonly share: number;
  /** Only answers about so many of the symbols meet one, which the stage draws; about anything by default. */
  readonly symbolCount?: number;
  /** Nothing at all can be had about these symbols, and whether the worker has a reason to stop asking about the others, too. */
  readonly unanswered?: "others go on" | "others may pause";
  readonly lastsAtLeastMs: number;
  readonly leaves: Fault["leaves"];
  readonly names?: Fault["names"];
}

/** A fault of the exchange's answers; each of its rows is met as often as the others. */
export function answers({
  name,
  endpoints,
  faults,
  share,
  symbolCount,
  unanswered,
  lastsAtLeastMs,
  leaves,
  names,
}: Answers): Fault {
  return {
    name: `exchange: ${name}`,
    // A simulator that ends forgets its faults, and one that is stopped cannot be told any.
    occupies: ["exchange", "process:simulator"],
    lastsAtLeastMs,
    leaves,
    ...(names === undefined ? {} : { names }),
    begin: async ({ simulator, random }) => {
      const metSoFar = await metCount(simulator, faults);
      const symbols = symbolCount === undefined ? undefined : drawSymbols(simulator, random, symbolCount);
      for (const endpoint of endpoints) {
        await setEach(simulator, endpoint, { faults, share, symbols });
      }
      const known: { -readonly [Name in keyof Unanswered]: Unanswered[Name] } = {
        symbols: symbols ?? [],
        fromMs: performance.now(),
        toMs: null,
        othersGoOn: unanswered === "others go on",
      };
      return {
        ...(unanswered === undefined ? {} : { unanswered: known }),
        touched: async () => (await metCount(simulator, faults)) - metSoFar,
        end: async () => {
          known.toMs = performance.now();
          await simulator.clearFaults();
        },
      };
    },
  };
}

/** Of all requests, `share` meets one of the faults, each of them equally often: the one set last is drawn first. */
async function setEach(
  simulator: Stage["simulator"],
  endpoint: string,
  { faults, share, symbols }: Pick<Answers, "faults" | "share"> & { readonly symbols: readonly string[] | undefined },
): Promise<void> {
  const each = share / faults.length;
  for (const [index, fault] of faults.entries()) {
    const drawnBefore = faults.length - 1 - index;
    const ofThoseLeft = Math.min(1, each / (1 - drawnBefore * each));
    await simulator.setFault(endpoint, fault, { share: ofThoseLeft, symbols });
  }
}

/** So many of the symbols that are scored: the simulator has no others. */
function drawSymbols(
  { marketSeed, symbolCount, startAtMs }: Stage["simulator"],
  random: Stage["random"],
  count: number,
): readonly string[] {
  const left = [...openMarketLedger({ marketSeed, symbolCount, startAtMs }).symbols];
  return Array.from({ length: count }, () => left.splice(random.below(left.length), 1)).flat();
}

async function metCount(simulator: Stage["simulator"], faults: readonly string[]): Promise<number> {
  const { faults_met } = await simulator.stats();
  return faults.reduce((sum, fault) => sum + (faults_met[fault] ?? 0), 0);
}
