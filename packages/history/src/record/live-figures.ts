import { HISTORY_COMPONENTS, type HistoryRow, KNOWN_INPUTS } from "../domain/history-row.ts";
import type { RecordFigures } from "./record-figures.ts";

/** Score and relative score have the same ranks within a moment: the score stands for both. */
export const LIVE_FIGURES: RecordFigures<HistoryRow> = {
  ranked: [
    { name: "score", of: ({ score }) => score },
    ...HISTORY_COMPONENTS.map((name) => ({ name, of: ({ components }: HistoryRow) => components[name] })),
    { name: "outlook", of: ({ outlook }) => outlook },
    { name: "momentum_1h", of: ({ momentum1h }) => momentum1h },
    { name: "momentum_24h", of: ({ momentum24h }) => momentum24h },
    { name: "technical_rating", of: ({ rating30m }) => rating30m },
  ],
  lines: [
    { name: "score_65", of: ({ score }) => score, beyond: "up", line: 65, crowdedApart: true },
    { name: "score_35", of: ({ score }) => score, beyond: "down", line: 35, crowdedApart: true },
    { name: "relative_70", of: ({ relative }) => relative, beyond: "up", line: 70, crowdedApart: false },
    { name: "relative_30", of: ({ relative }) => relative, beyond: "down", line: 30, crowdedApart: false },
  ],
  inputs: KNOWN_INPUTS,
  knownInputs: ({ knownInputs }) => knownInputs,
};
