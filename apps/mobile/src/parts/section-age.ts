import type { PageSnapshot } from "@pulseboard/snapshot";

type Sections = PageSnapshot["sections"];
export type SectionName = keyof Sections;

/**
 * How old the data of one part is, in seconds: how far it lies behind the newest part, which the exchange's clock dates, plus what has passed
 * since the snapshot was made, by the server's clock.
 *
 * @param nowS - The server's time, Unix seconds.
 * @returns null when there never was any data.
 */
export function sectionAgeS(snapshot: Pick<PageSnapshot, "sections" | "timestamp">, name: SectionName, nowS: number) {
  const asOf = snapshot.sections[name].as_of;
  if (asOf === null) return null;
  const newest = Math.max(...Object.values(snapshot.sections).map((section) => section.as_of ?? 0));
  return newest - asOf + Math.max(0, nowS - snapshot.timestamp);
}
