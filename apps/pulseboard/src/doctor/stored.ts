import { PulseboardError } from "@pulseboard/runtime";
import {
  type MobileSnapshot,
  parseSnapshot,
  parseWorkerStatus,
  SNAPSHOT_KEY,
  type WorkerStatus,
} from "@pulseboard/snapshot";
import type { DocumentStore } from "@pulseboard/storage";

/** What lies in one store. */
export interface Stored {
  readonly store: string;
  readonly snapshot: MobileSnapshot | null;
  readonly bytes: number;
  /** The worker's last word. */
  readonly status: WorkerStatus | null;
  /** Why the documents cannot be read; null when they can, or when there are none. */
  readonly problem: PulseboardError | string | null;
}

/** Reads each store once. Writes nothing. */
export function readStores(stores: readonly DocumentStore[]): Promise<readonly Stored[]> {
  return Promise.all(stores.map(readStore));
}

async function readStore(store: DocumentStore): Promise<Stored> {
  const status = await readStatus(store);
  const found = { store: store.name, status, snapshot: null, bytes: 0 };
  try {
    const text = (await store.read())?.documents.get(SNAPSHOT_KEY);
    if (text === undefined) {
      return { ...found, problem: null };
    }
    const parsed = parseSnapshot(text);
    const bytes = Buffer.byteLength(text);
    return parsed.ok
      ? { ...found, bytes, snapshot: parsed.snapshot, problem: null }
      : { ...found, bytes, problem: parsed.problem };
  } catch (error) {
    if (!(error instanceof PulseboardError)) {
      throw error;
    }
    return { ...found, problem: error };
  }
}

async function readStatus(store: DocumentStore): Promise<WorkerStatus | null> {
  try {
    const text = (await store.readStatus?.()) ?? null;
    const parsed = text === null ? null : parseWorkerStatus(text);
    return parsed?.ok === true ? parsed.status : null;
  } catch (error) {
    // Why the store cannot be read is said where its documents are looked at.
    if (error instanceof PulseboardError) {
      return null;
    }
    throw error;
  }
}
