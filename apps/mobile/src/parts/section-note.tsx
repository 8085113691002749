import type { PageSnapshot } from "@pulseboard/snapshot";
import { formatRoughAge } from "../format/age.ts";
import { reasonSentence } from "./reasons.ts";
import { type SectionName, sectionAgeS } from "./section-age.ts";
import "./section-note.css";

interface SectionNoteProps {
  readonly snapshot: PageSnapshot;
  readonly section: SectionName;
  readonly nowS: number;
}

/** Says that a section is older than the rest, how old, and why; nothing while it is current. */
export function SectionNote({ snapshot, section, nowS }: SectionNoteProps) {
  const { stale, reason } = snapshot.sections[section];
  if (!stale) {
    return null;
  }
  const ageS = sectionAgeS(snapshot, section, nowS);
  const why = reason === null || reason === undefined ? "" : ` ${reasonSentence(reason)}`;
  return (
    <p class="section-note" data-section={section}>
      {ageS === null ? "No data yet." : `Stale: ${formatRoughAge(ageS)} old.`}
      {why}
    </p>
  );
}
