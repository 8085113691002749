import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import "./changing.css";

/** Not marked yet, and two marks that look alike. */
const MARKS = [undefined, "changed", "changed changed-again"] as const;

interface ChangingProps {
  /** What is looked at for changes. */
  readonly text: string;
  /** What shows it; the text itself if left out. */
  readonly children?: ComponentChildren;
}

/**
 * A figure that is marked for a moment when it has changed since it was drawn last. It needs no older snapshot for that, and
 * marks nothing when a view is opened.
 */
export function Changing({ text, children }: ChangingProps) {
  const shown = useRef(text);
  const changes = useRef(0);
  if (shown.current !== text) {
    shown.current = text;
    changes.current += 1;
  }
  const mark = MARKS[changes.current === 0 ? 0 : 1 + (changes.current % 2)];
  // A drawing stays, as it is dear to make: an animation of another name starts anew. A text comes in a new element, so that
  // what stands at the end of its line does not count as moved when it becomes longer.
  if (children !== undefined) return <span class={mark}>{children}</span>;
  return (
    <span key={changes.current} class={mark}>
      {text}
    </span>
  );
}
