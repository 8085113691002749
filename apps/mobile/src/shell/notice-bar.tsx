import type { ComponentChildren } from "preact";
import "./notice-bar.css";

interface NoticeBarProps {
  /** Value of `data-notice`, which sets the colour: "offline", "stale", "old", "error" or "newer". */
  readonly kind: string;
  readonly children: ComponentChildren;
}

/** A sentence about the data, above the view. */
export function NoticeBar({ kind, children }: NoticeBarProps) {
  return (
    <div class="notice" data-notice={kind}>
      {children}
    </div>
  );
}
