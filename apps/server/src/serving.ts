import type { Logger } from "@pulseboard/runtime";
import type { AnalysisTexts, HeldSnapshot } from "./held-snapshot.ts";
import { type PreparedBodies, prepareBodies, prepareSymbolBodies } from "./prepared-bodies.ts";

/** What is served at the moment. */
export interface Serving {
  readonly held: HeldSnapshot;
  readonly bodies: PreparedBodies;
  /** Whether the bodies of the symbols are among them; at first they are still being prepared. */
  readonly hasSymbols: boolean;
}

export interface ServingHolder {
  /** Null while there is nothing. */
  current(): Serving | null;
  /** Prepares a snapshot and then serves it; of those that come meanwhile, the last one is next. */
  take(held: HeldSnapshot, analyses: AnalysisTexts): void;
  /** Resolves when nothing is being prepared for the routes that every phone asks; those of the symbols may follow. */
  settled(): Promise<void>;
  /** Resolves when the routes of the symbols have followed, or could not be prepared. */
  symbolsSettled(): Promise<void>;
}

export interface ServingOptions {
  readonly log: Logger;
  /** Called when a snapshot has begun to be served. */
  readonly onServed?: (serving: Serving) => void;
  /** Called with the number of a snapshot's analyses that cannot be used, where there are any. */
  readonly onAnalysesRefused?: (count: number) => void;
}

/**
 * Holds the bytes that are served, and swaps them whole. Preparing takes a while and happens off the event loop where it
 * is slow; until it is done, the snapshot before is served. One that cannot be prepared is a defect, and leaves the one
 * before in place.
 */
export function createServing({ log, onServed = () => {}, onAnalysesRefused }: ServingOptions): ServingHolder {
  let serving: Serving | null = null;
  let next: { readonly held: HeldSnapshot; readonly analyses: AnalysisTexts } | null = null;
  let preparing = false;
  let firstStep: Promise<void> = Promise.resolve();
  let secondStep: Promise<void> = Promise.resolve();

  const serveBodies = async (held: HeldSnapshot): Promise<void> => {
    const bodies = await prepareBodies(held);
    // The symbols' bodies of the snapshot before are better than none, and say which snapshot they are of.
    serving = { held, bodies: new Map([...(serving?.bodies ?? []), ...bodies]), hasSymbols: serving !== null };
    onServed(serving);
    log.debug({ sequence: held.snapshot.sequence }, "Serving a new snapshot");
  };

  const serveSymbolBodies = async (held: HeldSnapshot, analyses: AnalysisTexts): Promise<void> => {
    const { bodies, problems } = await prepareSymbolBodies(held, analyses);
    if (problems.length > 0) {
      onAnalysesRefused?.(problems.length);
      const { sequence } = held.snapshot;
      log.warn({ sequence, problem: problems[0], count: problems.length }, "Analyses refused; these symbols have none");
    }
    if (serving === null) {
      return;
    }
    const others = [...serving.bodies].filter(([, body]) => body.held === held);
    serving = { held, bodies: new Map([...others, ...bodies]), hasSymbols: true };
  };

  const prepareAll = async (): Promise<void> => {
    for (let taken = next; taken !== null; taken = next) {
      const { held, analyses } = taken;
      next = null;
      try {
        firstStep = serveBodies(held);
        await firstStep;
        secondStep = serveSymbolBodies(held, analyses);
        await secondStep;
      } catch (err) {
        log.error(
          { err, sequence: held.snapshot.sequence },
          "Snapshot could not be prepared; going on with the last one",
        );
      }
    }
    preparing = false;
  };

  return {
    current: () => serving,
    take: (held, analyses) => {
      next = { held, analyses };
      if (preparing) {
        return;
      }
      preparing = true;
      void prepareAll();
    },
    settled: async () => {
      // A failure is logged where it happens.
      await firstStep.catch(() => {});
    },
    symbolsSettled: async () => {
      await secondStep.catch(() => {});
    },
  };
}
