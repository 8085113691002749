import type { PageSnapshot } from "@pulseboard/snapshot";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PageModel, PageState } from "../data/page-model.ts";

/** The model's state; renders again on each change. */
export function usePageState(model: PageModel): PageState {
  const [state, setState] = useState(model.state);
  useEffect(() => {
    // The state may have changed since the first render.
    setState(model.state());
    return model.subscribe(setState);
  }, [model]);
  return state;
}

const STEP_S = 10;
const LOOK_EVERY_MS = 5000;

/**
 * The server's time in Unix seconds, for ages in words. It moves with each snapshot, and otherwise in steps of ten
 * seconds, because each step renders all views again.
 */
export function useNowS(model: PageModel, { shown }: PageState): number {
  const [, setTick] = useState(0);
  const known = useRef<{ readonly snapshot: PageSnapshot | undefined; readonly nowS: number } | null>(null);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const nowS = model.nowS();
  const { current } = known;
  if (current !== null && current.snapshot === shown?.snapshot && Math.abs(nowS - current.nowS) < STEP_S) {
    return current.nowS;
  }
  known.current = { snapshot: shown?.snapshot, nowS };
  return nowS;
}
