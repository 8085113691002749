import type { ConfluenceAnalysis } from "@pulseboard/snapshot";
import { useEffect, useState } from "preact/hooks";
import type { PageActions } from "../../page-state.ts";

export interface AnalysisState {
  /** The newest that could be loaded; null until there is one. */
  readonly analysis: ConfluenceAnalysis | null;
  readonly fromDevice: boolean;
  /** Why the last attempt failed, as a sentence; null when it did not. */
  readonly failure: string | null;
}

const WAITING: AnalysisState = { analysis: null, fromDevice: false, failure: null };

/**
 * The explanation of a score, loaded anew with each snapshot. The one before stays until the next is there, so that nothing
 * on the screen jumps or closes.
 *
 * @param sequence - Of the snapshot on the screen.
 */
export function useAnalysis(
  symbol: string,
  sequence: number,
  loadAnalysis: PageActions["loadAnalysis"],
): AnalysisState {
  const [state, setState] = useState(WAITING);
  // A new sequence is the reason to load again.
  useEffect(() => {
    let wanted = true;
    const load = async () => {
      const loaded = await loadAnalysis(symbol);
      if (!wanted) return;
      setState((before) => afterLoading(before, loaded));
    };
    void load();
    return () => {
      wanted = false;
    };
  }, [symbol, sequence, loadAnalysis]);
  return state;
}

type LoadedAnalysis = Awaited<ReturnType<PageActions["loadAnalysis"]>>;

/** What is shown after an answer: a failure, or an older copy on the device, never takes away a newer explanation. */
export function afterLoading(before: AnalysisState, loaded: LoadedAnalysis): AnalysisState {
  if (!loaded.ok) return { ...before, failure: loaded.reason };
  const isOlder = loaded.fromDevice && before.analysis !== null && loaded.value.timestamp < before.analysis.timestamp;
  return isOlder ? before : { analysis: loaded.value, fromDevice: loaded.fromDevice, failure: null };
}
