import type { PageSnapshot } from "@pulseboard/snapshot";

type Sections = PageSnapshot["sections"];
export type SectionName = keyof Sections;

type Dated = Pick<PageSnapshot, "sections" | "timestamp">;

/**
 * What time it is in the market, Unix seconds: that of the newest data, plus what has passed since the snapshot was made. A market that is
 * played again from a recording has a time of its own.
 *
 * @param nowS - The server's time, Unix seconds.
 */
export function marketNowS({ sections, timestamp }: Dated, nowS: number): number {
  const newest = Math.max(...Object.values(sections).map((section) => section.as_of ?? 0));
  return newest + Math.max(0, nowS - timestamp);
}

/** Of parts that make one figure together, the stale one whose data is the oldest; the first when none is stale. */
export function oldestStale({ sections }: Dated, names: readonly [SectionName, ...SectionName[]]): SectionName {
  const stale = names.filter((name) => sections[name].stale);
  const ageOrder = (name: SectionName): number => sections[name].as_of ?? Number.NEGATIVE_INFINITY;
  return stale.sort((a, b) => ageOrder(a) - ageOrder(b))[0] ?? names[0];
}

/**
 * How old the data of one part is by the market's time, in seconds.
 *
 * @returns null when there never was any data.
 */
export function sectionAgeS(snapshot: Dated, name: SectionName, nowS: number): number | null {
  const asOf = snapshot.sections[name].as_of;
  return asOf === null ? null : marketNowS(snapshot, nowS) - asOf;
}
