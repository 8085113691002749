/** Half a screen: drawn before it is seen, at the pace of a thumb. */
const MARGIN = "50% 0px";

const waiting = new Map<Element, () => void>();
let observer: IntersectionObserver | null = null;

/**
 * Calls `onNear` once, when the element is within half a screen of what is visible.
 *
 * @returns a function that stops waiting.
 */
export function whenNearScreen(element: Element, onNear: () => void): () => void {
  observer ??= new IntersectionObserver(tellNear, { rootMargin: MARGIN });
  waiting.set(element, onNear);
  observer.observe(element);
  return () => forget(element);
}

function tellNear(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const onNear = waiting.get(target);
    if (isIntersecting && onNear !== undefined) {
      forget(target);
      onNear();
    }
  }
}

function forget(element: Element): void {
  waiting.delete(element);
  observer?.unobserve(element);
}
