import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A view whose code is loaded when it is needed, or earlier when the page is idle. */
export interface LazyView<Props> {
  readonly load: () => Promise<ComponentType<Props>>;
  /** null until it is loaded. */
  readonly loaded: () => ComponentType<Props> | null;
}

export function lazyView<Props>(fetchView: () => Promise<ComponentType<Props>>): LazyView<Props> {
  let view: ComponentType<Props> | null = null;
  let loading: Promise<ComponentType<Props>> | null = null;
  return {
    loaded: () => view,
    load: () => {
      loading ??= fetchView().then(
        (fetched) => {
          view = fetched;
          return fetched;
        },
        (error: unknown) => {
          // Lets the next caller try again.
          loading = null;
          throw error;
        },
      );
      return loading;
    },
  };
}

/** The view, once its code is loaded. Throws a loading failure to the error boundary. */
export function useLazyView<Props>(lazy: LazyView<Props>): ComponentType<Props> | null {
  const [, setLoaded] = useState<unknown>(null);
  const [failure, setFailure] = useState<{ readonly of: LazyView<Props>; readonly error: unknown } | null>(null);
  useEffect(() => {
    let isWanted = true;
    lazy.load().then(
      (view) => isWanted && setLoaded(() => view),
      (error: unknown) => isWanted && setFailure({ of: lazy, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [lazy]);
  if (failure?.of === lazy) {
    throw failure.error;
  }
  return lazy.loaded();
}
