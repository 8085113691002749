import { useEffect, useState } from "preact/hooks";
import { type Route, routeOf } from "./route.ts";

/**
 * The route of the address. On each change the page scrolls to the top and the heading receives the
 * focus, as on a new page. Returning from a breakdown restores the list's scroll position and focuses the row.
 */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  const route = routeOf(hash);

  useEffect(() => {
    const onHashChange = (): void => setHash(location.hash);
    addEventListener("hashchange", onHashChange);
    return () => removeEventListener("hashchange", onHashChange);
  }, []);

  useArrival(route);
  return route;
}

/**
 * Where the reader is, where they came from, and each address's scroll position. Module state, because the page has one
 * address.
 */
let arrived: { readonly key: string; readonly view: Route["view"]; readonly fromKey: string | null } | null = null;
const positions = new Map<string, number>();

function useArrival({ view }: Route): void {
  const key = location.hash;
  useEffect(() => {
    if (arrived === null) {
      arrived = { key, view, fromKey: null };
      return;
    }
    if (arrived.key === key) {
      return;
    }
    const from = arrived;
    arrived = { key, view, fromKey: from.key };
    const isBack = from.view === "breakdown" && from.fromKey === key;
    scrollTo(0, isBack ? (positions.get(key) ?? 0) : 0);
    if (!isBack || !focusLink(from.key)) {
      focusHeading();
    }
  }, [key, view]);

  useEffect(() => {
    const onScroll = (): void => {
      if (location.hash === key) {
        positions.set(key, scrollY);
      }
    };
    addEventListener("scroll", onScroll, { passive: true });
    return () => removeEventListener("scroll", onScroll);
  }, [key]);
}

/** @returns whether there is a link to that address. */
function focusLink(key: string): boolean {
  const links = document.querySelectorAll<HTMLAnchorElement>("main a");
  const link = [...links].find((candidate) => candidate.hash === key);
  link?.focus({ preventScroll: true });
  // If the list was sorted again meanwhile, the link has moved.
  link?.scrollIntoView({ block: "nearest" });
  return link !== undefined;
}

/** Focuses the heading, where a screen reader continues to read. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}
