import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import "./change-highlight.css";

interface ChangeHighlightProps {
  /** What is looked at for changes. */
  readonly text: string;
  /** What shows it; the text itself if left out. */
  readonly children?: ComponentChildren;
}

/**
 * A figure that is marked for a moment when it has changed since it was drawn last. It needs no older snapshot for that, and
 * marks nothing when a view is opened.
 */
export function ChangeHighlight({ text, children = text }: ChangeHighlightProps) {
  const shown = useRef(text);
  const changedAtMs = useRef<number | undefined>(undefined);
  if (shown.current !== text) {
    shown.current = text;
    changedAtMs.current = performance.now();
    clearHighlightsIn(HIGHLIGHT_MS);
  }
  // The moment makes each mark another one for Preact, which does not see that the one before was taken away.
  return <span data-changed={changedAtMs.current}>{children}</span>;
}

const HIGHLIGHT_MS = 2500;

let isTimed = false;

/** One timer for all of them: fifty rows have three hundred. */
function clearHighlightsIn(ms: number): void {
  if (isTimed) {
    return;
  }
  isTimed = true;
  setTimeout(clearHighlights, ms);
}

/** Takes away those whose moment is over, also out of sight: nobody is to meet a mark long after the change. */
function clearHighlights(): void {
  isTimed = false;
  let nextMs = Number.POSITIVE_INFINITY;
  for (const mark of document.querySelectorAll("[data-changed]")) {
    const leftMs = Number(mark.getAttribute("data-changed")) + HIGHLIGHT_MS - performance.now();
    if (leftMs <= 0) {
      mark.removeAttribute("data-changed");
    } else {
      nextMs = Math.min(nextMs, leftMs);
    }
  }
  if (Number.isFinite(nextMs)) {
    clearHighlightsIn(nextMs);
  }
}
