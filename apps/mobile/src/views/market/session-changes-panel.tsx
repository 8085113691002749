import { useRef } from "preact/hooks";
import type { Crossing, SessionChanges } from "../../data/session-changes.ts";
import { formatRoughAge } from "../../format/age.ts";
import { formats } from "../../format/formats.ts";
import { SymbolLink } from "../../parts/symbol-link.tsx";
import "./session-changes-panel.css";

/** After a long time most symbols have crossed a threshold; the first ones here have the highest scores. */
const CROSSINGS_SHOWN = 3;

interface SessionChangesPanelProps {
  readonly changes: SessionChanges;
  readonly nowS: number;
}

/**
 * Changes since the last snapshot of the previous session. It names that snapshot's time, which may be earlier than the
 * reader's session. It shows nothing when nothing changed, and stays as it was when the view was opened, except for
 * changes that no longer hold: a panel that grew with each snapshot would push down whatever the reader is reading.
 */
export function SessionChangesPanel({ changes: newest, nowS }: SessionChangesPanelProps) {
  const opened = useRef(newest);
  if (opened.current.baselineAtS !== newest.baselineAtS) {
    opened.current = newest;
  }
  const changes = stillTrue(opened.current, newest);
  if (!hasChanges(changes)) {
    return null;
  }
  const { baselineAtS, regime, crossings, moves, newGainers, newLosers, entered, left } = changes;
  return (
    <section class="card since" data-panel="since" aria-labelledby="since-heading">
      <h2 class="card-title" id="since-heading">
        Since the snapshot of {formats.dateTime(baselineAtS)}, {formatRoughAge(nowS - baselineAtS)} ago
      </h2>
      <ul class="since-list">
        {regime !== null && (
          <li>
            The regime went from {regime.from} to <strong>{regime.to}</strong>.
          </li>
        )}
        <Crossings crossings={crossings.slice(0, CROSSINGS_SHOWN)} />
        {crossings.length > CROSSINGS_SHOWN && (
          <li>
            <details>
              <summary>{formats.count(crossings.length - CROSSINGS_SHOWN)} more went through 65 or 35</summary>
              <ul class="since-list">
                <Crossings crossings={crossings.slice(CROSSINGS_SHOWN)} />
              </ul>
            </details>
          </li>
        )}
        {moves.length > 0 && (
          <li>
            Biggest moves:{" "}
            {moves.map(({ symbol, from, to }, i) => (
              <span key={symbol}>
                {i > 0 && ", "}
                <SymbolLink symbol={symbol} />{" "}
                <span class="since-move">
                  <Arrow up={to > from} /> {formats.signedNumber(to - from, 1)}
                </span>
              </span>
            ))}
            .
          </li>
        )}
        <Names words="New among the gainers" symbols={newGainers} />
        <Names words="New among the losers" symbols={newLosers} />
        <Names words="Newly scored" symbols={entered} />
        <Names words="No longer scored" symbols={left} />
      </ul>
    </section>
  );
}

/** Tells whether there is anything to show. */
export function hasChanges(changes: SessionChanges): boolean {
  const { regime, crossings, moves, newGainers, newLosers, entered, left } = changes;
  return regime !== null || [crossings, moves, newGainers, newLosers, entered, left].some((list) => list.length > 0);
}

/** Without a regime that has changed back, and without symbols that are scored again, or no longer. */
function stillTrue(opened: SessionChanges, newest: SessionChanges): SessionChanges {
  const both = (then: readonly string[], now: readonly string[]) => then.filter((symbol) => now.includes(symbol));
  return {
    ...opened,
    regime: opened.regime && newest.regime,
    entered: both(opened.entered, newest.entered),
    left: both(opened.left, newest.left),
  };
}

function Crossings({ crossings }: { readonly crossings: readonly Crossing[] }) {
  return crossings.map(({ symbol, from, to, threshold, direction }) => (
    <li key={symbol}>
      <Arrow up={direction === "up"} /> <SymbolLink symbol={symbol} /> went {direction} through {threshold}:{" "}
      {formats.score(from)} to {formats.score(to)}.
    </li>
  ));
}

function Arrow({ up }: { readonly up: boolean }) {
  return (
    <span class={up ? "long" : "short"} aria-hidden="true">
      {up ? "▲" : "▼"}
    </span>
  );
}

function Names({ words, symbols }: { readonly words: string; readonly symbols: readonly string[] }) {
  if (symbols.length === 0) {
    return null;
  }
  return (
    <li>
      {words}: {symbols.join(", ")}.
    </li>
  );
}
