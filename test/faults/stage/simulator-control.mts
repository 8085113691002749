import type { Stage } from "../contracts.mts";

/** Past the proxy, and so past every fault but a simulator that is away. */
const ANSWER_MS = 10_000;

type Control = Pick<Stage["simulator"], "url" | "setFault" | "clearFaults" | "stats">;

/** The simulator's own paths, which are not counted as requests of the exchange. */
export function controlSimulator(url: string): Control {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
    if (!response.ok) {
      throw new Error(`The simulator answers ${path} with ${response.status}: ${await response.text()}`);
    }
    return response;
  };
  return {
    url,
    setFault: async (endpoint, fault, which = {}) => {
      await ask("/__faults", { method: "POST", body: JSON.stringify({ endpoint, fault, ...which }) });
    },
    clearFaults: async () => {
      await ask("/__faults", { method: "DELETE" });
    },
    stats: async () => (await (await ask("/__stats")).json()) as Awaited<ReturnType<Control["stats"]>>,
  };
}
