import { useEffect, useState } from "preact/hooks";
import { type Route, routeOf, titleOf } from "./route.ts";

/**
 * The route of the address. On each change the title follows, the page begins at its top and the focus goes to the view's
 * heading, as it would on a new page; who comes back from a breakdown finds the list where it was, with the focus on the row
 * that was left.
 */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  const route = routeOf(hash);

  useEffect(() => {
    const onHashChange = (): void => setHash(location.hash);
    addEventListener("hashchange", onHashChange);
    return () => removeEventListener("hashchange", onHashChange);
  }, []);

  useEffect(() => {
    document.title = titleOf(routeOf(hash));
  }, [hash]);

  useArrival(route);
  return route;
}

/** Where the reader is and came from, and how far down each address was scrolled. Of the page: there is one address. */
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
  // A list that was sorted anew meanwhile has it elsewhere.
  link?.scrollIntoView({ block: "nearest" });
  return link !== undefined;
}

/** Puts the focus on the heading of what is shown, where a screen reader goes on reading. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}
