import { useEffect, useRef, useState } from "preact/hooks";

/** Distance that counts as a deliberate pull, px. */
const ENOUGH = 90;
/** The indicator moves only part of the way, as if under tension. */
const DRAG = 0.5;

/**
 * Pull to refresh, by touch. The browser's own gesture, which would reload the whole page, is off
 * (`overscroll-behavior`).
 *
 * @returns how far the indicator is pulled, 0 at rest, and whether letting go would refresh.
 */
export function usePullToRefresh(onRefresh: () => void): { readonly pulledPx: number; readonly isEnough: boolean } {
  const [pulled, setPulled] = useState(0);
  const latest = useRef(onRefresh);
  latest.current = onRefresh;

  useEffect(() => {
    let start: number | null = null;
    let way = 0;
    const move = (to: number): void => {
      way = to;
      setPulled(to);
    };
    const onStart = ({ touches }: TouchEvent): void => {
      start = touches.length === 1 && scrollY <= 0 ? (touches[0]?.clientY ?? null) : null;
    };
    const onMove = ({ touches }: TouchEvent): void => {
      if (start === null) {
        return;
      }
      if (touches.length > 1 || scrollY > 0) {
        start = null;
      }
      const to = start === null ? 0 : Math.max(0, (touches[0]?.clientY ?? start) - start);
      if (to !== way) {
        move(to);
      }
    };
    const onEnd = (): void => {
      if (start !== null && way >= ENOUGH) {
        latest.current();
      }
      start = null;
      if (way !== 0) {
        move(0);
      }
    };
    const onCancel = (): void => {
      start = null;
      if (way !== 0) {
        move(0);
      }
    };
    const passive = { passive: true };
    addEventListener("touchstart", onStart, passive);
    addEventListener("touchmove", onMove, passive);
    addEventListener("touchend", onEnd, passive);
    addEventListener("touchcancel", onCancel, passive);
    return () => {
      removeEventListener("touchstart", onStart);
      removeEventListener("touchmove", onMove);
      removeEventListener("touchend", onEnd);
      removeEventListener("touchcancel", onCancel);
    };
  }, []);
  return { pulledPx: Math.min(pulled, ENOUGH * 1.2) * DRAG, isEnough: pulled >= ENOUGH };
}
