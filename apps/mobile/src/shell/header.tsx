import type { PageModel, PageState } from "../data/page-model.ts";
import { FreshnessBadge } from "./freshness-badge.tsx";
import type { Route } from "./route.ts";
import "./header.css";
import { Navigation } from "./navigation.tsx";
import type { Refresh } from "./use-refresh.ts";
import { focusHeading } from "./use-route.ts";

interface HeaderProps {
  readonly model: PageModel;
  readonly state: PageState;
  readonly route: Route;
  readonly refresh: Refresh;
}

/** Brand, badge, refresh button and navigation. Always visible. */
export function Header({ model, state, route, refresh: { refresh, isBusy } }: HeaderProps) {
  return (
    <header class="header">
      {/* A button and not a link, because the view owns the part of the address after "#". */}
      <button type="button" class="skip-link" onClick={focusHeading}>
        Skip to content
      </button>
      <div class="header-row">
        <a class="brand" href="#/" aria-label="Pulseboard, go to the market">
          <Mark />
          <span class="brand-name">Pulseboard</span>
        </a>
        <FreshnessBadge model={model} state={state} />
        <button
          type="button"
          class="icon-button"
          aria-label="Refresh"
          data-busy={isBusy ? "" : undefined}
          onClick={refresh}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 3.5v4h-4" />
          </svg>
        </button>
      </div>
      <Navigation route={route} />
    </header>
  );
}

/** The line of the app's icon. */
function Mark() {
  return (
    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M1.5 13h5l2.5-7 5 13 3-9 1.5 3h4" />
    </svg>
  );
}
