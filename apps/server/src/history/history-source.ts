import { type Clock, type Logger, type Metrics, type OutageLog, PulseboardError } from "@pulseboard/runtime";
import { type HistoryRoute, historyBody } from "@pulseboard/snapshot";
import { boundStore, type DocumentStore, type SingleDocument } from "@pulseboard/storage";
import { JSON_TYPE } from "../http/prepared-response.ts";
import { FOR_EACH_SNAPSHOT, prepareRepresentations, type Representations } from "../http/representation.ts";
import { JSON_SECURITY_HEADERS } from "../http/security-headers.ts";

export interface HistorySourceDurations {
  /** How long a document that was asked for is not looked for again. */
  readonly historyLookMs: number;
  /** The same while there is none: below `Retry-After`. */
  readonly historyMissingLookMs: number;
  /** A read that takes longer than this is given up. */
  readonly hangsAfterMs: number;
}

/** So many histories of symbols are kept, those that were asked for last: at most 100 KB each, with its compressed forms. */
const MAX_KEPT = 64;
/** So many are read at once; whoever asks for more waits for its turn. */
const MAX_READING = 4;

/** Documents with publications of their own, as they are asked for. */
export interface HistorySource {
  /**
   * The prepared body of a document, at once; null while there is none here. Whichever it is, a newer one is looked for then, off the
   * way of the request, unless that was done a moment ago.
   */
  bodyOf(route: HistoryRoute, symbol: string): Representations | null;
}

export interface HistorySourceOptions {
  readonly stores: readonly DocumentStore[];
  /** The market that this server shows. */
  readonly origin: string;
  readonly metrics?: Metrics | undefined;
  readonly durations: HistorySourceDurations;
  readonly clock: Clock;
  readonly log: Logger;
  readonly outages: OutageLog;
}

interface Kept {
  readonly route: HistoryRoute;
  readonly symbol: string;
  body: Representations | null;
  /** Of `body`; 0 without one. */
  sequence: number;
  /** By store, the sequence that was refused last: it is not read again. Whatever number it carries, a good one may carry a lower one. */
  readonly refused: Map<string, number>;
  /** On the monotonic clock. */
  lookedAtMs: number;
  isLooking: boolean;
}

export function createHistorySource(options: HistorySourceOptions): HistorySource {
  const { origin, metrics, durations, clock, log, outages } = options;
  const stores = options.stores
    .filter(({ readSingle }) => readSingle !== undefined)
    .map((store) => boundStore(store, { outages, clock, durations: { storeHangsMs: durations.hangsAfterMs } }));
  /** Of all symbols, by key: they stay, or whoever asks for many symbols would take them from everybody. */
  const commonByKey = new Map<string, Kept>();
  /** Of one symbol each, by key, those that were asked for last at the end. */
  const keptByKey = new Map<string, Kept>();
  let reading = 0;

  const readFrom = async (store: DocumentStore, key: string): Promise<SingleDocument | null> => {
    try {
      return (await store.readSingle?.(key)) ?? null;
    } catch (err) {
      const code = err instanceof PulseboardError ? err.code : "unexpected";
      metrics?.storeErrors.inc({ store: store.name, operation: "read", code });
      log.debug({ err, store: store.name, key }, "Not read from this store");
      return null;
    }
  };

  const take = async (kept: Kept, store: string, { key, sequence, text }: SingleDocument): Promise<void> => {
    const read = kept.route.read(text, kept.symbol);
    const problem = read.ok ? problemWith(read.document, sequence, origin) : read.problem;
    if (!read.ok || problem !== null) {
      kept.refused.set(store, sequence);
      metrics?.refusedDocuments.inc({ kind: "history" });
      log.warn({ key, sequence, problem }, "History refused; going on with the last good one");
      return;
    }
    kept.body = await prepareRepresentations(Buffer.from(historyBody(read.document)), {
      type: JSON_TYPE,
      cacheControl: "no-cache",
      compression: FOR_EACH_SNAPSHOT,
      headers: JSON_SECURITY_HEADERS,
    });
    kept.sequence = sequence;
  };

  const look = async (key: string, kept: Kept): Promise<void> => {
    // A cache may be behind: the newest counts.
    for (const store of stores) {
      const found = await readFrom(store, key);
      if (found !== null && found.sequence > kept.sequence && found.sequence !== kept.refused.get(store.name)) {
        await take(kept, store.name, found);
      }
    }
  };

  const lookUnlessBusy = (key: string, kept: Kept): void => {
    const restMs = kept.body === null ? durations.historyMissingLookMs : durations.historyLookMs;
    if (kept.isLooking || reading >= MAX_READING || clock.monotonicMs() - kept.lookedAtMs < restMs) {
      return;
    }
    kept.isLooking = true;
    reading += 1;
    void look(key, kept)
      .catch((err: unknown) => log.error({ err, key }, "History could not be prepared; serving the one before"))
      .finally(() => {
        kept.lookedAtMs = clock.monotonicMs();
        kept.isLooking = false;
        reading -= 1;
      });
  };

  const keep = (key: string, kept: Kept): void => {
    if (kept.symbol === "") {
      commonByKey.set(key, kept);
      return;
    }
    keptByKey.delete(key);
    keptByKey.set(key, kept);
    const [oldest] = keptByKey.keys();
    if (keptByKey.size > MAX_KEPT && oldest !== undefined) {
      keptByKey.delete(oldest);
    }
  };

  return {
    bodyOf: (route, symbol) => {
      const key = route.keyOf(symbol);
      const kept = commonByKey.get(key) ??
        keptByKey.get(key) ?? {
          ...{ route, symbol, body: null, sequence: 0, refused: new Map<string, number>() },
          ...{ lookedAtMs: Number.NEGATIVE_INFINITY, isLooking: false },
        };
      keep(key, kept);
      lookUnlessBusy(key, kept);
      return kept.body;
    },
  };
}

function problemWith(
  document: { readonly sequence: number; readonly origin: string },
  sequence: number,
  origin: string,
): string | null {
  if (document.origin !== origin) {
    return `it is from ${document.origin}, and this server shows ${origin}`;
  }
  return document.sequence === sequence ? null : `it carries the sequences ${sequence} and ${document.sequence}`;
}
