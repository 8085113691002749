import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./table-frame.css";

interface TableFrameProps {
  /** Names the table. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/**
 * The frame of a table. A table wider than the screen, which depends on the text size and the language of its figures,
 * is folded; if even folded rows do not fit, the table scrolls and the page does not.
 */
export function TableFrame({ label, children }: TableFrameProps) {
  const frame = useRef<HTMLElement>(null);
  const gauge = useRef<HTMLSpanElement>(null);
  const fold = () => {
    const { current } = frame;
    current?.classList.remove("folded");
    current?.classList.toggle("folded", current.scrollWidth > current.clientWidth);
  };
  // Fold after new figures, and after a new width or text size, which resize the gauge while folding does not.
  useLayoutEffect(fold);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(fold);
    if (gauge.current !== null) {
      observer.observe(gauge.current);
    }
    return () => observer.disconnect();
  }, []);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
    <section ref={frame} class="table-frame" aria-label={label} tabIndex={0}>
      <span ref={gauge} class="table-frame-gauge" aria-hidden="true" />
      {children}
    </section>
  );
}
