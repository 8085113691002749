import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import "./changing.css";

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
export function Changing({ text, children = text }: ChangingProps) {
  const shown = useRef(text);
  const changes = useRef(0);
  if (shown.current !== text) {
    shown.current = text;
    changes.current += 1;
  }
  // Another key is another element, which starts its animation anew.
  return (
    <span key={changes.current} class={changes.current === 0 ? undefined : "changed"}>
      {children}
    </span>
  );
}
