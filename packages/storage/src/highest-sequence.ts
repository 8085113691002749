import { type Logger, PulseboardError } from "@pulseboard/runtime";
import type { DocumentStore } from "./document-store.ts";

/** All that is asked of a store here. */
type Sequenced = Pick<DocumentStore, "name" | "sequence">;

/** The highest sequence that any of the stores holds; 0 when none does. A store that fails is skipped. */
export async function highestSequence(stores: readonly Sequenced[], log: Logger): Promise<number> {
  const sequences = await Promise.all(
    stores.map(async (store) => {
      try {
        return await store.sequence();
      } catch (thrown) {
        if (!(thrown instanceof PulseboardError)) {
          throw thrown;
        }
        // No warning: publishing to it comes next, and tells whether it is still away.
        log.debug({ err: thrown, store: store.name }, "Sequence of this store not known");
        return 0;
      }
    }),
  );
  return Math.max(0, ...sequences);
}
