import type { ComponentChildren } from "preact";
import "./notice-bar.css";

interface NoticeBarProps {
  /** "offline", "stale", "old", "error", "newer": what `data-notice` says, and the colour follows. */
  readonly kind: string;
  readonly children: ComponentChildren;
}

/** A sentence above the view about what is shown. */
export function NoticeBar({ kind, children }: NoticeBarProps) {
  return (
    <div class="notice" data-notice={kind}>
      {children}
    </div>
  );
}
