import type { PageSnapshot } from "@pulseboard/snapshot";
import { isPageSnapshot } from "./response-guards.ts";
import type { StoredAge } from "./snapshot-age.ts";

/** A snapshot as it is stored on the device. */
interface StoredSnapshot {
  readonly snapshot: PageSnapshot;
  /** ETag of `/api/snapshot`, so that an unchanged snapshot need not be sent again. */
  readonly etag: string | null;
  readonly age: StoredAge | null;
}

/** The body of another route, with the market it belongs to. */
interface StoredBody {
  readonly origin: string;
  readonly body: unknown;
}

/**
 * Data that the page stores on the device. Any read may return null and any write may fail (a private window, no space,
 * data from another version). The page works without storage, so neither throws.
 */
export interface DeviceStore {
  /** The last snapshot shown. */
  readonly snapshot: Slot<StoredSnapshot>;
  /** The last snapshot of the previous session. */
  readonly baseline: Slot<PageSnapshot>;
  /** When the page was last visible, Unix ms by the device's clock. */
  readonly lastSeenMs: Slot<number>;
  readonly favourites: Slot<readonly string[]>;
  /** Bodies of other routes, by name. Of those that belong to a symbol ("analysis:BTCUSDT") the eight newest are kept. */
  readonly readBody: (name: string) => StoredBody | null;
  readonly writeBody: (name: string, stored: StoredBody) => void;
  readonly deleteBody: (name: string) => void;
}

interface Slot<T> {
  readonly read: () => T | null;
  readonly write: (value: T) => void;
}

/** The methods of `Storage` that are used. */
export type KeyValue = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Raise the number when the stored format changes; data under the old prefix is then ignored. */
const PREFIX = "pulseboard:v1:";
const BODIES_LIMIT = 8;

/** @param storage - null when the browser offers none. */
export function createDeviceStore(storage: KeyValue | null): DeviceStore {
  const read = (key: string): unknown => {
    try {
      const text = storage?.getItem(PREFIX + key) ?? null;
      return text === null ? null : JSON.parse(text);
    } catch {
      // Unreadable, or not JSON: treated as absent.
      return null;
    }
  };
  const remove = (key: string): void => {
    try {
      storage?.removeItem(PREFIX + key);
    } catch {
      // Storage that refuses to delete does not store either.
    }
  };
  const write = (key: string, value: unknown): boolean => {
    try {
      storage?.setItem(PREFIX + key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };

  const bodyNames = (): readonly string[] => {
    const names = read("bodies");
    return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  };
  const deleteBody = (name: string): void => {
    remove(`body:${name}`);
    write(
      "bodies",
      bodyNames().filter((other) => other !== name),
    );
  };
  /** Deletes other bodies when space runs out: the last snapshot is worth more than explanations of old scores. */
  const writeFirst = (key: string, value: unknown): void => {
    if (write(key, value)) {
      return;
    }
    for (const name of bodyNames()) {
      deleteBody(name);
    }
    // If it still does not fit, an older snapshot must not remain in its place.
    if (!write(key, value)) {
      remove(key);
    }
  };
  const slot = <T>(key: string, isValid: (value: unknown) => value is T): Slot<T> => ({
    read: () => {
      const value = read(key);
      return isValid(value) ? value : null;
    },
    write: (value) => writeFirst(key, value),
  });

  return {
    snapshot: slot("snapshot", isStoredSnapshot),
    baseline: slot("baseline", isPageSnapshot),
    lastSeenMs: slot("seen", (value) => typeof value === "number"),
    favourites: slot("favourites", isListOfText),
    readBody: (name) => {
      const stored = read(`body:${name}`);
      return isStoredBody(stored) ? stored : null;
    },
    writeBody: (name, stored) => {
      const others = bodyNames().filter((other) => other !== name);
      const ofSymbols = [name, ...others].filter((each) => each.includes(":"));
      const old = new Set(ofSymbols.slice(BODIES_LIMIT));
      for (const each of old) {
        remove(`body:${each}`);
      }
      const names = [name, ...others].filter((each) => !old.has(each));
      if (!write("bodies", names) || !write(`body:${name}`, stored)) {
        deleteBody(name);
      }
    },
    deleteBody,
  };
}

/** The browser's storage for this site; null when the browser denies access. */
export function openStorage(page: { readonly localStorage: Storage }): KeyValue | null {
  try {
    return page.localStorage;
  } catch {
    return null;
  }
}

function isStoredSnapshot(value: unknown): value is StoredSnapshot {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { snapshot, etag, age } = value as Partial<Record<keyof StoredSnapshot, unknown>>;
  return isPageSnapshot(snapshot) && (etag === null || typeof etag === "string") && (age === null || isStoredAge(age));
}

function isStoredAge(value: unknown): value is StoredAge {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { ageMs, wallMs } = value as Partial<Record<keyof StoredAge, unknown>>;
  return Number.isFinite(ageMs) && Number.isFinite(wallMs);
}

function isStoredBody(value: unknown): value is StoredBody {
  return typeof value === "object" && value !== null && "body" in value && "origin" in value;
}

function isListOfText(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
