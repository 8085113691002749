import type { Arrangement, Side, SortBy } from "./arrange-scores.ts";
import "./scores-controls.css";

const SORTS: readonly { readonly by: SortBy; readonly title: string; readonly down: string; readonly up: string }[] = [
  { by: "distance", title: "Distance from 50", down: "farthest first", up: "nearest first" },
  { by: "score", title: "Score", down: "highest first", up: "lowest first" },
  { by: "relative", title: "Relative score", down: "highest first", up: "lowest first" },
  { by: "change", title: "24 h change", down: "highest first", up: "lowest first" },
  { by: "ownMove", title: "Own move, 24 h", down: "highest first", up: "lowest first" },
  { by: "beta", title: "Beta to BTC", down: "highest first", up: "lowest first" },
  { by: "correlation", title: "Correlation, BTC", down: "highest first", up: "lowest first" },
  { by: "volume", title: "Volume", down: "highest first", up: "lowest first" },
  { by: "reliability", title: "Reliability", down: "highest first", up: "lowest first" },
];

const SIDES: readonly { readonly side: Side; readonly title: string }[] = [
  { side: "all", title: "All" },
  { side: "long", title: "▲ Long" },
  { side: "short", title: "▼ Short" },
];

interface ScoresControlsProps {
  readonly arrangement: Arrangement;
  readonly arrange: (next: Arrangement) => void;
}

/** Controls to find, filter and sort the scores. */
export function ScoresControls({ arrangement, arrange }: ScoresControlsProps) {
  const sort = SORTS.find(({ by }) => by === arrangement.sortBy);
  const order = arrangement.descending ? sort?.down : sort?.up;
  return (
    <div class="scores-controls">
      <input
        class="scores-text"
        type="search"
        aria-label="Find a symbol"
        placeholder="Find a symbol"
        autoComplete="off"
        value={arrangement.text}
        onInput={({ currentTarget }) => arrange({ ...arrangement, text: currentTarget.value })}
      />
      <fieldset class="scores-sides">
        <legend class="visually-hidden">Show</legend>
        {SIDES.map(({ side, title }) => (
          <label key={side} class="scores-side">
            <input
              type="radio"
              name="scores-side"
              checked={arrangement.side === side}
              onChange={() => arrange({ ...arrangement, side })}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      <div class="scores-sort">
        <select
          aria-label="Sort by"
          value={arrangement.sortBy}
          onChange={({ currentTarget }) => {
            const chosen = SORTS[currentTarget.selectedIndex];
            if (chosen !== undefined) {
              arrange({ ...arrangement, sortBy: chosen.by, descending: true });
            }
          }}
        >
          {SORTS.map(({ by, title }) => (
            <option key={by} value={by}>
              {title}
            </option>
          ))}
        </select>
        <button
          type="button"
          aria-label={`Order: ${order}`}
          onClick={() => arrange({ ...arrangement, descending: !arrangement.descending })}
        >
          {arrangement.descending ? "↓" : "↑"}
        </button>
      </div>
    </div>
  );
}
