/** A library that worker and server are started with, and the variables by which it is told what to do. */
export interface Preload {
  readonly library: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The environment in which a program runs with all of these libraries. For the program itself, not for a shell that starts it. */
export function preloadEnvironment(preloads: readonly (Preload | null)[]): Record<string, string> {
  const present = preloads.filter((preload) => preload !== null);
  return present.length === 0
    ? {}
    : Object.assign(
        { LD_PRELOAD: present.map(({ library }) => library).join(":") },
        ...present.map(({ variables }) => variables),
      );
}
