import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./table-frame.css";

interface TableFrameProps {
  /** What the table is of. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/**
 * Around a table. One that is wider than the screen, which depends on the size of the text and on the language of its figures, is
 * folded; what even folded rows cannot hold is moved by itself, and not the page.
 */
export function TableFrame({ label, children }: TableFrameProps) {
  const frame = useRef<HTMLElement>(null);
  const gauge = useRef<HTMLSpanElement>(null);
  const fold = () => {
    const { current } = frame;
    current?.classList.remove("folded");
    current?.classList.toggle("folded", current.scrollWidth > current.clientWidth);
  };
  // Other figures, and then another width or size of text: of those the gauge knows, which folding does not change.
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
