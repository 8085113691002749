import { useEffect, useRef, useState } from "preact/hooks";
import type { PageModel, PageState } from "../data/page-model.ts";

/** The model's state, rendered again on each change. */
export function usePageState(model: PageModel): PageState {
  const [state, setState] = useState(model.state);
  useEffect(() => {
    // What changed between the first render and now.
    setState(model.state());
    return model.subscribe(setState);
  }, [model]);
  return state;
}

const EVERY_MS = 10_000;

/** The server's time in Unix seconds, for ages in words: with each snapshot, and every ten seconds. */
export function useNowS(model: PageModel, { held }: PageState): number {
  const [, setTick] = useState(0);
  const known = useRef<{ readonly held: PageState["held"]; readonly atMs: number; readonly nowS: number } | null>(null);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const atMs = performance.now();
  const { current } = known;
  if (current === null || current.held !== held || atMs - current.atMs >= EVERY_MS) {
    known.current = { held, atMs, nowS: model.nowS() };
  }
  return known.current?.nowS ?? model.nowS();
}
