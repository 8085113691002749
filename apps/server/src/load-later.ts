import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "@pulseboard/runtime";
import { defectAnswer } from "./defect-answer.ts";
import { writeAnswer } from "./snapshot-answer.ts";

/** Something that takes a while to load, and that the first answers can do without. */
export interface Later<T> {
  /** Null until it is loaded. */
  loaded(): T | null;
  /** Loads it, once; where that fails, the next call tries again. */
  load(): Promise<T>;
}

/** Loads what `load` gives when it is asked for the first time. */
export function loadLater<T>(load: () => Promise<T>): Later<T> {
  let loaded: T | null = null;
  let loading: Promise<T> | null = null;
  const begin = async (): Promise<T> => {
    try {
      loaded = await load();
      return loaded;
    } finally {
      loading = null;
    }
  };
  return {
    loaded: () => loaded,
    load: () => {
      if (loaded !== null) {
        return Promise.resolve(loaded);
      }
      loading ??= begin();
      return loading;
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A handler that is loaded with the first request for it, which waits that long. */
export function handleLater(later: Later<Handler>, log: Logger): Handler {
  const handleOnceLoaded = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      (await later.load())(request, response);
    } catch (err) {
      if (response.headersSent) {
        response.destroy();
      } else {
        writeAnswer(response, defectAnswer(err, { path: request.url ?? "", log }));
      }
    }
  };
  return (request, response) => {
    const handler = later.loaded();
    if (handler === null) {
      void handleOnceLoaded(request, response);
    } else {
      handler(request, response);
    }
  };
}
