import { useCallback, useState } from "preact/hooks";
import { failureSentence } from "../data/answer.ts";
import type { PageModel } from "../data/page-model.ts";
import { formatRoughAge } from "../format/age.ts";

export interface Refresh {
  readonly refresh: () => void;
  /** While somebody waits for what they asked for; what the page asks for by itself is nobody's concern. */
  readonly isBusy: boolean;
  readonly result: string;
}

/** Asks the server for its newest snapshot, and says what came of it. The server itself is asked for nothing more than that. */
export function useRefresh(model: PageModel): Refresh {
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState("");
  const refresh = useCallback(() => {
    setIsBusy(true);
    setResult("");
    void model.refresh().then(() => {
      setIsBusy(false);
      setResult(resultOf(model));
    });
  }, [model]);
  return { refresh, isBusy, result };
}

function resultOf(model: PageModel): string {
  const { failure, held } = model.state();
  if (failure !== null) return `Not refreshed. ${failureSentence(failure)}`;
  const ageMs = model.ageMs();
  if (held === null || ageMs === null) return "The server has no data yet.";
  return `Refreshed. The newest data is ${formatRoughAge(ageMs / 1000)} old.`;
}
