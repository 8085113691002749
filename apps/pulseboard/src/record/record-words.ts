import type { RecordDocument } from "@pulseboard/snapshot";

type Horizon = keyof RecordDocument["horizons"];
type HorizonFields = RecordDocument["horizons"][Horizon];
type Line = HorizonFields["lines"][string];
type Ranked = HorizonFields["ranked"][string];
type Estimate = NonNullable<Line["all"]>;
type Claim = Line["claim"];

const HORIZONS = ["1h", "4h", "24h"] as const;
const AHEAD: Readonly<Record<Horizon, string>> = { "1h": "next hour", "4h": "next 4 h", "24h": "next 24 h" };
const LINES: Readonly<Record<string, string>> = {
  score_65: "scores of 65 and more",
  score_35: "scores of 35 and less",
  relative_70: "relative scores of 70 and more",
  relative_30: "relative scores of 30 and less",
};
const GATE: Readonly<Record<RecordDocument["outlook"]["1h"]["why"], string>> = {
  record_agrees: "shown: its own record allows it",
  collecting: "not shown: collecting",
  no_difference: "not shown: no difference shown",
  record_opposite: "not shown: returns went against it",
};
const NAME_WIDTH = 32;
const FIGURE_WIDTH = 30;

/** The record, for people. */
export function recordWords(document: RecordDocument): string {
  const { origin, simulated, method_version, method_hash, chain, as_of } = document;
  return [
    `The record of ${origin}${simulated ? " (simulated)" : ""}, method ${method_version ?? 1}, up to ${new Date(as_of * 1000).toISOString().slice(0, 16)}Z`,
    `  method's hash ${method_hash}`,
    chain === null
      ? "  no day is chained yet"
      : `  chain of ${chain.links} links up to ${chain.day}, head ${chain.head}`,
    ...(document.symbols < document.needs_symbols
      ? [`  It needs ${document.needs_symbols} scored symbols, and ${document.symbols} are.`]
      : []),
    ...document.input_changes.map(
      ({ day, input, known }) => `  ${day}: ${input} ${known ? "became known" : "is not known any more"}`,
    ),
    "",
    headline(document),
    `It was named in advance. All other figures are one of ${document.others} looked at. Funding is not included.`,
    ...HORIZONS.flatMap((horizon) => ["", ...horizonLines(document, horizon)]),
  ].join("\n");
}

/** "Scores of 65 and more, next hour, 30 days: 47.6 % beat the middle coin (46.5 to 48.7, n 3298). A coin toss: 50 %. No difference shown." */
function headline({ named, horizons }: RecordDocument): string {
  const { recent_days, lines } = horizons[named.horizon];
  const line = lines[named.line];
  const name = LINES[named.line] ?? named.line;
  const start = `${name.charAt(0).toUpperCase()}${name.slice(1)}, ${AHEAD[named.horizon]}`;
  if (line === undefined) {
    return `${start}: not in this record.`;
  }
  const said = claimWords(line.claim);
  const { recent } = line;
  return recent === null
    ? `${start}: ${said}.`
    : `${start}, ${recent_days} days: ${share(recent)} beat the middle coin (n ${recent.readings}). A coin toss: 50 %. All days: ${said}.`;
}

function horizonLines(document: RecordDocument, horizon: Horizon): readonly string[] {
  const fields = document.horizons[horizon];
  const { days, moments, readings, first_day, last_day, recent_days, minimum_days } = fields;
  const gate = horizon === "24h" ? null : document.outlook[horizon];
  const head = ["", `last ${recent_days} days`, "all days", "entry 15 min later", "said of all days"];
  const score = fields.ranked.score?.groups.all ?? null;
  return [
    `${AHEAD[horizon].toUpperCase()}: days that count: ${days.counted} (at least ${minimum_days} are needed)${first_day === null ? "" : `, of ${first_day} to ${last_day}`}`,
    `  days with too few moments: ${days.too_few_moments}, without any: ${days.missing}; moments: ${moments.present}, ${moments.missing} missing; readings: ${readings.present}, ${readings.missing} missing, ${readings.delisted} ended by a delisting`,
    ...(gate === null
      ? []
      : [`  outlook ${GATE[gate.why]}${gate.t === null ? "" : ` (t ${gate.t.toFixed(2)}, ${gate.days} days)`}`]),
    row(head),
    "  share that beat the middle coin",
    ...Object.entries(fields.lines).map(([name, line]) => figureRow(LINES[name] ?? name, line, share)),
    "  rank correlation with the return that followed",
    ...Object.entries(fields.ranked).map(([name, figure]) => figureRow(name.replaceAll("_", " "), figure, correlation)),
    ...(score === null ? [] : groupLines(score, document.round_trip_fees_bp, horizon)),
  ];
}

function figureRow(name: string, figure: Line | Ranked, words: (estimate: Estimate) => string): string {
  const of = (estimate: Estimate | null) => (estimate === null ? "-" : words(estimate));
  return row([name, of(figure.recent), of(figure.all), of(figure.late.all), claimWords(figure.claim)]);
}

function row([name = "", ...figures]: readonly string[]): string {
  return `    ${name.padEnd(NAME_WIDTH)}${figures.map((text) => text.padEnd(FIGURE_WIDTH)).join("")}`.trimEnd();
}

function groupLines(
  groups: NonNullable<Ranked["groups"]["all"]>,
  roundTripFeesBp: number,
  horizon: Horizon,
): readonly string[] {
  const { top_less_bottom_bp: difference, top_less_bottom_low_bp: low, top_less_bottom_high_bp: high } = groups;
  const shares = groups.share.map((each) => percent(each)).join(" ");
  return [
    `  by decile of the score, lowest first, %: ${shares}`,
    ...(difference === null
      ? []
      : [
          `  top less bottom decile: ${difference} bp${low === null || high === null ? "" : ` (${low} to ${high})`} in ${horizon}; a round trip costs about ${roundTripFeesBp} bp of fees, and the spread`,
        ]),
  ];
}

function claimWords(claim: Claim): string {
  switch (claim.kind) {
    case "collecting":
      return `collecting, day ${claim.day} of ${claim.of}`;
    case "difference":
      return `a difference: ${claim.side} chance`;
    case "no_difference":
      return "no difference shown";
  }
}

function share({ ratio, low, high }: Estimate): string {
  return `${percent(ratio)} %${low === null || high === null ? "" : ` (${percent(low)} to ${percent(high)})`}`;
}

function correlation({ ratio, low, high }: Estimate): string {
  const signed = (value: number) => (value < 0 ? "" : "+") + value.toFixed(3);
  return `${signed(ratio)}${low === null || high === null ? "" : ` (${signed(low)} to ${signed(high)})`}`;
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}
