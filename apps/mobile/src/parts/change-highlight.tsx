import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import "./change-highlight.css";

interface ChangeHighlightProps {
  /** Watched for changes. */
  readonly text: string;
  /** Shows the value; the text itself by default. */
  readonly children?: ComponentChildren;
}

/**
 * Highlights a figure for a moment after it changed. It compares with the text it rendered before, so it needs no older
 * snapshot and highlights nothing when a view opens.
 */
export function ChangeHighlight({ text, children }: ChangeHighlightProps) {
  const shown = useRef(text);
  const changedAtMs = useRef<number | undefined>(undefined);
  if (shown.current !== text) {
    shown.current = text;
    changedAtMs.current = performance.now();
    clearHighlightsIn(HIGHLIGHT_MS);
  }
  // A new time makes Preact set the attribute again; it does not know that clearHighlights removed the last one.
  if (children !== undefined) {
    return <span data-changed={changedAtMs.current}>{children}</span>;
  }
  // A new element for each new text, as OwnElement does and for the same reason.
  return (
    <span key={text} data-changed={changedAtMs.current}>
      {text}
    </span>
  );
}

const HIGHLIGHT_MS = 2500;

let isTimed = false;

/** One timer for all: fifty rows have three hundred highlights. */
function clearHighlightsIn(ms: number): void {
  if (isTimed) {
    return;
  }
  isTimed = true;
  setTimeout(clearHighlights, ms);
}

/** Removes expired highlights, also while the page is hidden: nobody should see one long after the change. */
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
