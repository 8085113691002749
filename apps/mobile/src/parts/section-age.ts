import type { PageSnapshot } from "@pulseboard/snapshot";

type Sections = PageSnapshot["sections"];
export type SectionName = keyof Sections;

type SectionTimes = Pick<PageSnapshot, "sections" | "timestamp">;

/**
 * The market's present time, Unix seconds: the time of the newest data plus the time since the snapshot was finished. A
 * replayed market has its own time.
 *
 * @param nowS - The server's time, Unix seconds.
 */
export function marketNowS({ sections, timestamp }: SectionTimes, nowS: number): number {
  const newest = Math.max(...Object.values(sections).map((section) => section.as_of ?? 0));
  return newest + Math.max(0, nowS - timestamp);
}

/** Picks from several sections behind one figure the stale one with the oldest data, or the first when none is stale. */
export function oldestStale({ sections }: SectionTimes, names: readonly [SectionName, ...SectionName[]]): SectionName {
  const stale = names.filter((name) => sections[name].stale);
  const ageOrder = (name: SectionName): number => sections[name].as_of ?? Number.NEGATIVE_INFINITY;
  return stale.sort((a, b) => ageOrder(a) - ageOrder(b))[0] ?? names[0];
}

/**
 * The age of a section's data by the market's time, seconds.
 *
 * @returns null when the section never had data.
 */
export function sectionAgeS(snapshot: SectionTimes, name: SectionName, nowS: number): number | null {
  const asOf = snapshot.sections[name].as_of;
  return asOf === null ? null : marketNowS(snapshot, nowS) - asOf;
}
