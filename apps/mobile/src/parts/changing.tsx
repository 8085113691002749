import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
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
export function Changing({ text, children = text }: ChangingProps) {
  const shown = useRef(text);
  const changes = useRef(0);
  if (shown.current !== text) {
    shown.current = text;
    changes.current += 1;
  }
  // An animation of another name starts anew, in the element that is there: a new one for each change of fifty rows is dear, and
  // is not let go of by a browser that does not draw the row.
  return <span class={MARKS[changes.current === 0 ? 0 : 1 + (changes.current % 2)]}>{children}</span>;
}

/** A little longer than the animation. */
const MARKED_MS = 2700;

/**
 * Takes the marks away when their moment is over. Those out of sight have not begun to fade then, and would when somebody
 * scrolls to them, long after the change.
 */
export function useEndOfMarks(sequence: number | undefined): void {
  useEffect(() => {
    const end = (): void => {
      // Each further mark is another class than the one before, so that it is set although this one was taken away.
      for (const mark of document.querySelectorAll(".changed")) mark.removeAttribute("class");
    };
    const timer = setTimeout(end, MARKED_MS);
    return () => clearTimeout(timer);
  }, [sequence]);
}
