/** One change of one number of a record. */
export interface Variation {
  /** "components.0.rules.2.constants.scaleAtr", with the names of components and rules in place of their positions. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
  /** Makes the change, runs, and takes the change back. */
  readonly during: <T>(run: () => T) => T;
}

/**
 * Every number of the records, a quarter up and a quarter down; a whole number by at least 1, and to a whole number. An object
 * that several records share is changed once.
 */
export function variationsOf(records: object): readonly Variation[] {
  return leavesOf(records, "", new Set()).flatMap(({ holder, key, path, value }) => {
    const step = Number.isInteger(value) ? Math.max(1, Math.round(Math.abs(value) / 4)) : value / 4;
    return [value + step, value - step].map((to) => ({
      path,
      from: value,
      to,
      during: <T>(run: () => T): T => {
        set(holder, key, to);
        try {
          return run();
        } finally {
          set(holder, key, value);
        }
      },
    }));
  });
}

interface Leaf {
  readonly holder: object;
  readonly key: string;
  readonly path: string;
  readonly value: number;
}

function leavesOf(holder: object, path: string, seen: Set<object>): readonly Leaf[] {
  if (seen.has(holder)) {
    return [];
  }
  seen.add(holder);
  return Object.entries(holder).flatMap(([key, value]): readonly Leaf[] => {
    const name = `${path}${path === "" ? "" : "."}${nameOf(value) ?? key}`;
    if (typeof value === "number") {
      return [{ holder, key, path: name, value }];
    }
    return typeof value === "object" && value !== null ? leavesOf(value, name, seen) : [];
  });
}

function nameOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { component, rule } = value as { readonly component?: unknown; readonly rule?: unknown };
  return typeof component === "string" ? component : typeof rule === "string" ? rule : null;
}

function set(holder: object, key: string, value: number): void {
  if (!Reflect.set(holder, key, value)) {
    throw new Error(`${key} cannot be changed`);
  }
}
