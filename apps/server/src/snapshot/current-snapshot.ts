import type { Logger } from "@pulseboard/runtime";
import type { StaleReason } from "@pulseboard/snapshot";
import type { LoadedSnapshot } from "./loaded-snapshot.ts";
import {
  explainBody,
  type PreparedBodies,
  type PreparedBody,
  prepareBodies,
  prepareSymbolBodies,
} from "./prepare-bodies.ts";

/** The snapshot that is served now. */
export interface CurrentSnapshot {
  readonly loaded: LoadedSnapshot;
  readonly bodies: PreparedBodies;
  /**
   * True if `bodies` has the bodies of symbols, possibly those of the snapshot before. False only while the first snapshot
   * is being prepared.
   */
  readonly hasSymbols: boolean;
  /** Whether bodies of symbols are still to come: one that is missing may follow in a moment. */
  readonly awaitsSymbols: boolean;
}

export interface SnapshotHolder {
  /** Null while there is no snapshot. */
  current(): CurrentSnapshot | null;
  /** Prepares a snapshot and then serves it. Of several that arrive during that, only the last one is prepared next. */
  replace(loaded: LoadedSnapshot): void;
  /** Prepares the stale bodies anew, of this snapshot and of all that follow, so that they say why they are stale. */
  explain(reason: StaleReason | null): void;
  /** Resolves when the routes without analyses are ready. */
  settled(): Promise<void>;
  /** Resolves when the routes with analyses are ready, or could not be prepared. */
  symbolsSettled(): Promise<void>;
}

export interface SnapshotHolderOptions {
  readonly log: Logger;
  /** Called when a new snapshot is served. */
  readonly onReplaced?: (current: CurrentSnapshot) => void;
  /** Called with the number of analyses in a snapshot that cannot be used, if there are any. */
  readonly onAnalysesRefused?: (count: number) => void;
}

/**
 * Holds the prepared bytes of the current snapshot and replaces them as a whole. Preparing takes a while, its slow part off the
 * event loop; until then the snapshot before is served. When preparing fails, which is a defect, the one before stays.
 */
export function createSnapshotHolder(options: SnapshotHolderOptions): SnapshotHolder {
  const { log, onReplaced = () => {}, onAnalysesRefused = () => {} } = options;
  let current: CurrentSnapshot | null = null;
  let next: LoadedSnapshot | null = null;
  /** Why the snapshot is stale, and what the current bodies say about it. */
  let reason: StaleReason | null = null;
  let explained: StaleReason | null = null;
  let isPreparing = false;
  let firstStep: Promise<void> = Promise.resolve();
  let secondStep: Promise<void> = Promise.resolve();

  const replaceBodies = async (loaded: LoadedSnapshot): Promise<void> => {
    const bodies = await prepareBodies(loaded, explained);
    // The symbols of the snapshot before are better than none, and their headers name their own snapshot.
    current = {
      loaded,
      bodies: new Map([...(current?.bodies ?? []), ...bodies]),
      hasSymbols: current !== null,
      awaitsSymbols: true,
    };
    onReplaced(current);
    log.debug({ sequence: loaded.snapshot.sequence }, "Serving a new snapshot");
  };

  const replaceSymbolBodies = async (loaded: LoadedSnapshot): Promise<void> => {
    const { bodies, problems } = await prepareSymbolBodies(loaded, explained);
    if (problems.length > 0) {
      onAnalysesRefused(problems.length);
      const { sequence } = loaded.snapshot;
      log.warn(
        { sequence, problem: problems[0], count: problems.length },
        "Analyses refused; serving none for these symbols",
      );
    }
    if (current === null) {
      return;
    }
    const others = [...current.bodies].filter(([, body]) => body.loaded === loaded);
    current = { loaded, bodies: new Map([...others, ...bodies]), hasSymbols: true, awaitsSymbols: false };
  };

  const replaceAllBodies = async (loaded: LoadedSnapshot): Promise<void> => {
    next = null;
    firstStep = replaceBodies(loaded);
    await firstStep;
    secondStep = replaceSymbolBodies(loaded);
    await secondStep;
  };

  /** Gives all bodies the new reason, unless another snapshot arrives, which gets it anyway. */
  const explainAllBodies = async ({ bodies, ...rest }: CurrentSnapshot): Promise<void> => {
    const anew = new Map<string, PreparedBody>();
    for (const [path, body] of bodies) {
      if (next !== null) {
        return;
      }
      anew.set(path, await explainBody(body, explained));
    }
    current = { ...rest, bodies: anew };
  };

  /** The next thing that is to be prepared, with the snapshot that it is about; null if there is nothing. */
  const nextStep = (): { readonly loaded: LoadedSnapshot; readonly step: () => Promise<void> } | null => {
    if (next !== null) {
      const loaded = next;
      return { loaded, step: () => replaceAllBodies(loaded) };
    }
    const shown = current;
    return shown === null || explained === reason ? null : { ...shown, step: () => explainAllBodies(shown) };
  };

  const prepareAll = async (): Promise<void> => {
    isPreparing = true;
    for (let todo = nextStep(); todo !== null; todo = nextStep()) {
      explained = reason;
      try {
        await todo.step();
      } catch (err) {
        const { sequence } = todo.loaded.snapshot;
        log.error({ err, sequence }, "Snapshot could not be prepared; serving the one before");
      }
    }
    isPreparing = false;
  };

  return {
    current: () => current,
    replace: (loaded) => {
      next = loaded;
      if (!isPreparing) {
        void prepareAll();
      }
    },
    explain: (given) => {
      reason = given;
      if (!isPreparing) {
        void prepareAll();
      }
    },
    settled: async () => {
      // A failure is logged above.
      await firstStep.catch(() => {});
    },
    symbolsSettled: async () => {
      await secondStep.catch(() => {});
    },
  };
}
