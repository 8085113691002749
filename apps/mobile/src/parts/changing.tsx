import { useRef } from "preact/hooks";
import "./changing.css";

/**
 * A figure that is marked for a moment when it has changed since it was drawn last. It needs no older snapshot for that, and
 * marks nothing when a view is opened.
 */
export function Changing({ text }: { readonly text: string }) {
  const shown = useRef(text);
  const changes = useRef(0);
  if (shown.current !== text) {
    shown.current = text;
    changes.current += 1;
  }
  // Another key is another element, which starts its animation anew.
  return (
    <span key={changes.current} class={changes.current === 0 ? undefined : "changed"}>
      {text}
    </span>
  );
}
