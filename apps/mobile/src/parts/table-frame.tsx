import type { ComponentChildren } from "preact";
import "./table-frame.css";

interface TableFrameProps {
  /** What the table is of. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** Around a table that may be wider than the screen with large text: what its rows cannot fold is moved by itself, and not the page. */
export function TableFrame({ label, children }: TableFrameProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
    <section class="table-frame" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
