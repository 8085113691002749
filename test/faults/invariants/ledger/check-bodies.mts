import {
  type Alert,
  type AnalysisDocument,
  analysisDocumentSchema,
  type MobileSnapshot,
  parseSnapshot,
} from "@pulseboard/snapshot";
import { allRowsOf, type Bodies } from "./bodies.mts";
import { checkAlerts } from "./check-alerts.mts";
import { checkSums } from "./check-all-symbols.mts";
import { checkAnalysis, METHOD_VERSION } from "./check-analysis.mts";
import { checkBook } from "./check-book.mts";
import { checkCandleRules } from "./check-candle-rules.mts";
import { checkFiveMinutes } from "./check-five-minutes.mts";
import { checkCounts, checkInputs, type Silence } from "./check-inputs.mts";
import { checkMarket } from "./check-market.mts";
import { checkNulls } from "./check-nulls.mts";
import { checkOpportunities } from "./check-opportunities.mts";
import { checkAgainstBitcoin, checkOutlook } from "./check-outlook.mts";
import { checkPositioningRules } from "./check-positioning-rules.mts";
import { checkRegime } from "./check-regime.mts";
import { checkChoice, checkRelative } from "./check-relative.mts";
import { checkReliability } from "./check-reliability.mts";
import { checkRepeated } from "./check-repeated.mts";
import { checkRatings, checkRows } from "./check-scores.mts";
import { checkSlowFigures } from "./check-slow-figures.mts";
import { checkTrades } from "./check-trades.mts";
import type { Mismatch } from "./figures.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { ALERTS_PATH, ANALYSIS_PATH, SNAPSHOT_PATH } from "./snapshot-paths.mts";

/** What is known of the run that the bodies are from. */
export interface Circumstances {
  /** Market time at the simulator's first start, Unix ms. */
  readonly startAtMs: number;
  /** Of the refreshes. */
  readonly periodMs: number;
  readonly silences?: readonly Silence[];
  /** When rows of answers were damaged: a history may then have holes, which no document tells. */
  readonly damages?: readonly Damage[];
}

/** Market times, Unix ms. */
export interface Damage {
  readonly fromMs: number;
  readonly toMs: number;
}

type Json = Readonly<Record<string, unknown>>;

/** The figures of one sequence that the ledger does not give, and the nulls without a reason. */
export function checkBodies(
  { sequence, bodies, ...of }: Bodies,
  ledger: MarketLedger,
  { startAtMs, periodMs, silences = [], damages = [] }: Circumstances,
): readonly Mismatch[] {
  const parsed = parseSnapshot(JSON.stringify(bodies.get(SNAPSHOT_PATH)));
  if (!parsed.ok) {
    return [`sequence ${sequence}: the snapshot is not valid: ${parsed.problem}`];
  }
  const { snapshot } = parsed;
  const rows = allRowsOf(bodies, snapshot);
  const objects = [...bodies].filter((each): each is [string, object] => !Array.isArray(each[1]));
  return [
    ...checkMarket(
      snapshot,
      ledger,
      (rows ?? []).map(({ symbol }) => symbol),
    ),
    ...checkSlowFigures(snapshot, ledger, {
      startAtMs,
      seriesMayHaveHoles: begunBy(damages, of.readAtMs ?? ((snapshot.sections.perps.as_of ?? 0) + 1) * 1000).length > 0,
    }),
    ...checkRows(rows ?? snapshot.confluence_scores, ledger),
    ...(rows === null ? [] : checkSums(snapshot, rows)),
    ...(rows === null ? [] : checkRelative(rows)),
    ...(rows === null ? [] : checkChoice(snapshot.confluence_scores, rows)),
    ...(rows === null ? [] : checkOpportunities(snapshot.opportunities, rows)),
    ...(rows === null
      ? []
      : checkRegime(
          snapshot,
          rows.map(({ score }) => score),
        )),
    ...checkCounts(snapshot),
    ...checkMethodVersion(bodies),
    ...checkAlerts(alertsOf(bodies.get(ALERTS_PATH)), snapshot, ledger),
    ...objects.flatMap(([path, body]) => checkNulls(path, body)),
    ...objects
      .filter(([path]) => path.startsWith(ANALYSIS_PATH))
      .flatMap(([path, body]) => {
        const analysis = analysisOf(body as Json, snapshot);
        return typeof analysis === "string"
          ? [`${path}: not valid: ${analysis}`]
          : [
              ...checkWholeAnalysis(analysis, snapshot, ledger, { ...of, periodMs, silences, damages }),
              ...checkOutlook(analysis, rows, ledger),
            ];
      }),
    ...[...bodies].flatMap(([path, body]) => checkRepeated(path, body, snapshot)),
  ].map((mismatch) => `sequence ${sequence}: ${mismatch}`);
}

/** Whether they are valid is judged with all documents. */
function alertsOf(body: unknown): readonly Alert[] {
  return Array.isArray(body) ? body : [];
}

/** Every body with figures of a refresh says the method's version, and so does every alert. */
function checkMethodVersion(bodies: Bodies["bodies"]): readonly Mismatch[] {
  return [...bodies].flatMap(([path, body]) => {
    const saying = Array.isArray(body)
      ? path === ALERTS_PATH
        ? body
        : []
      : Object(body).sequence === undefined
        ? []
        : [body];
    return (saying as readonly Partial<Record<"method_version", unknown>>[])
      .filter(({ method_version: version }) => version !== METHOD_VERSION)
      .map(({ method_version: version }) => `${path}: method_version is ${version}`);
  });
}

function begunBy(damages: readonly Damage[], byMs: number): readonly Damage[] {
  return damages.filter(({ fromMs }) => fromMs < byMs);
}

/** The document behind a body of its route, or why it is none. */
function analysisOf(body: Json, snapshot: MobileSnapshot): AnalysisDocument | string {
  const { breakdown, schema_version: _version, ...rest } = body;
  const document = { ...rest, schema_version: snapshot.schema_version, components: breakdown };
  const parsed = analysisDocumentSchema.safeParse(document);
  return parsed.success ? parsed.data : parsed.error.message;
}

function checkWholeAnalysis(
  analysis: AnalysisDocument,
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
  how: Parameters<typeof checkInputs>[1] & Parameters<typeof holesOf>[1],
): readonly Mismatch[] {
  const row = snapshot.confluence_scores.find(({ symbol }) => symbol === analysis.symbol);
  const mayHaveHoles = holesOf(analysis, how);
  return [
    ...checkAnalysis(analysis, row),
    ...checkReliability(analysis),
    ...checkInputs(analysis, how),
    ...checkRatings(analysis, ledger),
    ...(row === undefined ? [] : checkFiveMinutes(analysis, row, ledger)),
    ...checkAgainstBitcoin(analysis, row, ledger),
    ...checkCandleRules(analysis, ledger),
    ...checkTrades(analysis, ledger, mayHaveHoles.trades),
    ...checkBook(analysis, ledger),
    ...checkPositioningRules(analysis, row, ledger, mayHaveHoles.series),
  ];
}

/**
 * What may have holes: series from the first damage on (their older points are asked for again some time after it, which other faults may
 * delay: that they are is a unit test's), and trades until there is an answer without damage, which has the newest thousand, and those of
 * a worker that has begun with damaged ones.
 */
function holesOf(
  { as_of: asOf, inputs }: AnalysisDocument,
  {
    damages,
    isOfFirstWorker = true,
    readAtMs,
  }: Omit<Bodies, "sequence" | "bodies"> & { readonly damages: readonly Damage[] },
): { readonly trades: boolean; readonly series: boolean } {
  const tradesAsOf = inputs.find(({ input }) => input === "trades")?.as_of ?? asOf;
  return {
    trades: begunBy(damages, (tradesAsOf + 1) * 1000).some(({ toMs }) => !isOfFirstWorker || tradesAsOf * 1000 <= toMs),
    // A refresh may have asked for them long after the moment that it is of.
    series: begunBy(damages, readAtMs ?? (asOf + 1) * 1000).length > 0,
  };
}
