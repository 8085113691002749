import type { RecordDocument } from "../documents/record-document.ts";
import { SCHEMA_VERSION } from "../shared/envelope.ts";
import { isoFromUnixMs } from "../shared/iso-time.ts";
import { EXAMPLE_AS_OF, EXAMPLE_METHOD_VERSION } from "./example-analysis.ts";

type HorizonFields = RecordDocument["horizons"]["1h"];

const NOT_YET = { recent: null, all: null } as const;

/** The record of the fifth day: everything is still collecting. */
export function exampleRecord(): RecordDocument {
  const generatedAtMs = (EXAMPLE_AS_OF + 12) * 1000;
  const hash = "3f".repeat(32);
  const gate = (minimumDays: number) =>
    ({ shown: false, why: "collecting", t: null, days: 5, minimum_days: minimumDays }) as const;
  return {
    schema_version: SCHEMA_VERSION,
    method_version: EXAMPLE_METHOD_VERSION,
    sequence: 42,
    origin: "simulator",
    simulated: true,
    timestamp: Math.floor(generatedAtMs / 1000),
    generated_at: isoFromUnixMs(generatedAtMs),
    as_of: EXAMPLE_AS_OF,
    method_hash: hash,
    chain: { head: hash, day: "2025-06-09", links: 9 },
    needs_symbols: 20,
    symbols: 50,
    named: { horizon: "1h", line: "score_65" },
    others: 44,
    round_trip_fees_bp: 11,
    input_changes: [{ day: "2025-06-07", input: "liquidations", known: true }],
    outlook: { "1h": gate(14), "4h": gate(30) },
    horizons: { "1h": horizon(14, 30), "4h": horizon(30, 30), "24h": horizon(60, 60) },
  };
}

function horizon(minimumDays: number, recentDays: number): HorizonFields {
  const claim = { kind: "collecting", day: 5, of: minimumDays } as const;
  const figure = { ...NOT_YET, late: NOT_YET, claim, directions: null };
  return {
    minimum_days: minimumDays,
    recent_days: recentDays,
    first_day: "2025-06-05",
    last_day: "2025-06-09",
    days: { counted: 5, too_few_moments: 0, missing: 0 },
    moments: { present: 478, missing: 2 },
    readings: { present: 23_870, missing: 28, delisted: 2 },
    ranked: { score: { ...figure, groups: NOT_YET, late_groups: NOT_YET } },
    lines: { score_65: { ...figure, return_bp: NOT_YET, late_return_bp: NOT_YET, crowded: null } },
  };
}
