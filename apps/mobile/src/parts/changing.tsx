import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
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
  // A count, so that each mark is another one for Preact, and is set although the one before was taken away behind its back.
  return <span data-changed={changes.current || undefined}>{children}</span>;
}

const MARKED_MS = 2500;

/** Takes all marks away when the moment of the newest snapshot is over: also those out of sight, which nobody is to meet later. */
export function useEndOfMarks(sequence: number | undefined): void {
  useEffect(() => {
    const end = (): void => {
      for (const mark of document.querySelectorAll("[data-changed]")) mark.removeAttribute("data-changed");
    };
    const timer = setTimeout(end, MARKED_MS);
    return () => clearTimeout(timer);
  }, [sequence]);
}
