import { useCallback, useState } from "preact/hooks";
import type { FeedState } from "../data/feed-state.ts";
import { failureSentence } from "../data/fetch-json.ts";
import type { PageModel } from "../data/page-model.ts";
import { formatRoughAge } from "../format/age.ts";
import { serverErrorSentence } from "./notices.ts";

const BUSY_MS = 400;

export interface Refresh {
  readonly refresh: () => void;
  /** During a manual refresh only; the page's own requests are not shown. */
  readonly isBusy: boolean;
  readonly result: string;
}

/** Asks the server for its newest snapshot and reports the outcome. It does not make the server refresh. */
export function useRefresh(model: PageModel): Refresh {
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState("");
  const refresh = useCallback(() => {
    setIsBusy(true);
    setResult("");
    // On a fast connection nobody would notice the refresh.
    void Promise.all([model.refresh(), new Promise((seen) => setTimeout(seen, BUSY_MS))]).then(() => {
      setIsBusy(false);
      setResult(refreshResult(model.state(), model.ageMs()));
    });
  }, [model]);
  return { refresh, isBusy, result };
}

/** @param state - After the request. */
export function refreshResult(
  { connection, failure, serverError }: Pick<FeedState, "connection" | "failure" | "serverError">,
  ageMs: number | null,
): string {
  if (failure !== null) {
    return `Not refreshed. ${failureSentence(failure)}`;
  }
  if (serverError !== null) {
    return `Not refreshed. ${serverErrorSentence(serverError)}`;
  }
  // Aborted because the page was hidden.
  if (connection === "connecting") {
    return "";
  }
  if (ageMs === null) {
    return "Refreshed. The age of the newest data is unknown.";
  }
  return `Refreshed. The newest data is ${formatRoughAge(ageMs / 1000)} old.`;
}
