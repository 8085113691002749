import type { Fault, Stage } from "../contracts.mts";

/** Which answers of the simulator meet which of its faults. */
export interface Answers {
  readonly name: string;
  readonly endpoints: readonly string[];
  readonly faults: readonly string[];
  /** Of the answers that meet one of the faults. */
  readonly share: number;
  readonly lastsAtLeastMs: number;
  readonly leaves: Fault["leaves"];
  readonly names?: Fault["names"];
}

/** A fault of the exchange's answers; each of its rows is met as often as the others. */
export function answers({ name, endpoints, faults, share, lastsAtLeastMs, leaves, names }: Answers): Fault {
  return {
    name: `exchange: ${name}`,
    // A simulator that ends forgets its faults, and one that is stopped cannot be told any.
    occupies: ["exchange", "process:simulator"],
    lastsAtLeastMs,
    leaves,
    ...(names === undefined ? {} : { names }),
    begin: async ({ simulator }) => {
      const metSoFar = await metCount(simulator, faults);
      for (const endpoint of endpoints) {
        await setEach(simulator, endpoint, faults, share);
      }
      return {
        touched: async () => (await metCount(simulator, faults)) - metSoFar,
        end: () => simulator.clearFaults(),
      };
    },
  };
}

/** Of all requests, `share` meets one of the faults, each of them equally often: the one set last is drawn first. */
async function setEach(
  simulator: Stage["simulator"],
  endpoint: string,
  faults: readonly string[],
  share: number,
): Promise<void> {
  const each = share / faults.length;
  for (const [index, fault] of faults.entries()) {
    const drawnBefore = faults.length - 1 - index;
    await simulator.setFault(endpoint, fault, Math.min(1, each / (1 - drawnBefore * each)));
  }
}

async function metCount(simulator: Stage["simulator"], faults: readonly string[]): Promise<number> {
  const { faults_met } = await simulator.stats();
  return faults.reduce((sum, fault) => sum + (faults_met[fault] ?? 0), 0);
}
