import "./pull-indicator.css";
import { usePullToRefresh } from "./use-pull-to-refresh.ts";

/** Follows the finger that pulls down. Touch only; everybody else has the button. */
export function PullIndicator({ onRefresh }: { readonly onRefresh: () => void }) {
  const { pulledPx, isEnough } = usePullToRefresh(onRefresh);
  if (pulledPx === 0) {
    return null;
  }
  return (
    <div class="pull-indicator" aria-hidden="true" style={{ "--pulled": `${pulledPx}px` }}>
      {isEnough ? "Let go to refresh" : "Pull to refresh"}
    </div>
  );
}
