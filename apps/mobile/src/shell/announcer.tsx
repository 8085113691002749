import { useRef } from "preact/hooks";
import type { PageModel, PageState } from "../data/page-model.ts";
import { freshnessState } from "../data/snapshot-age.ts";
import { type Announced, announcement } from "./announcements.ts";

interface AnnouncerProps {
  readonly model: PageModel;
  readonly state: PageState;
  /** The outcome of a manual refresh; always announced. */
  readonly result: string;
}

/** The page's only live region. */
export function Announcer({ model, state: { shown, connection }, result }: AnnouncerProps) {
  const last = useRef<Announced>({ connection: "connecting", freshness: "none", sequence: null, newsAtS: 0 });
  const text = useRef("");
  const ageMs = model.ageMs();
  const next = announcement(last.current, {
    connection,
    freshness: shown === null ? "none" : freshnessState(shown.snapshot, ageMs),
    sequence: shown?.snapshot.sequence ?? null,
    nowS: model.nowS(),
    ageS: ageMs === null ? null : ageMs / 1000,
  });
  last.current = next.last;
  if (next.text !== "") {
    text.current = next.text;
  }
  return (
    <div class="visually-hidden" role="status">
      <p>{text.current}</p>
      <p>{result}</p>
    </div>
  );
}
