import { type Clock, withTimeout } from "@pulseboard/runtime";

/** Tells whether `ended` settles within `ms`, however it settles. Its rejection must be handled elsewhere. */
export function settlesWithin(ended: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const settled = ended.then(
    () => true,
    () => true,
  );
  return withTimeout(() => settled, { clock, ms, onTimeout: () => false });
}
