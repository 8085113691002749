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
export function checkBodies(bodies: Bodies, ledger: MarketLedger, how: Circumstances): readonly Mismatch[] {
  return [...checkBodiesInSteps(bodies, ledger, how)].flat();
}

/** The same check after check, for a caller whose thread has more to do: all of them may take seconds. */
export function* checkBodiesInSteps(
  { sequence, bodies, ...of }: Bodies,
  ledger: MarketLedger,
  { startAtMs, periodMs, silences = [], damages = [] }: Circumstances,
): Generator<readonly Mismatch[]> {
  const parsed = parseSnapshot(JSON.stringify(bodies.get(SNAPSHOT_PATH)));
  if (!parsed.ok) {
    yield [`sequence ${sequence}: the snapshot is not valid: ${parsed.problem}`];
    return;
  }
  const { snapshot } = parsed;
  const seriesMayHaveHoles =
    begunBy(damages, of.readAtMs ?? ((snapshot.sections.perps.as_of ?? 0) + 1) * 1000).length > 0;
  const how = { ...of, startAtMs, periodMs, silences, damages, seriesMayHaveHoles };
  for (const check of [checksOfMarket, checksOfRows, checksOfBodies]) {
    for (const mismatches of check(bodies, snapshot, ledger, how)) {
      yield mismatches.map((mismatch) => `sequence ${sequence}: ${mismatch}`);
    }
  }
}

type How = Required<Circumstances> &
  Omit<Bodies, "sequence" | "bodies"> & {
    readonly seriesMayHaveHoles: boolean;
  };

function* checksOfMarket(
  bodies: Bodies["bodies"],
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
  { startAtMs, seriesMayHaveHoles }: How,
): Generator<readonly Mismatch[]> {
  const symbols = (allRowsOf(bodies, snapshot) ?? []).map(({ symbol }) => symbol);
  yield checkMarket(snapshot, ledger, symbols);
  yield checkSlowFigures(snapshot, ledger, { startAtMs, seriesMayHaveHoles });
  yield checkCounts(snapshot);
  yield checkMethodVersion(bodies);
  yield checkAlerts(alertsOf(bodies.get(ALERTS_PATH)), snapshot, ledger);
}

function* checksOfRows(
  bodies: Bodies["bodies"],
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
): Generator<readonly Mismatch[]> {
  const rows = allRowsOf(bodies, snapshot);
  yield checkRows(rows ?? snapshot.confluence_scores, ledger);
  if (rows !== null) {
    yield checkSums(snapshot, rows);
    yield checkRelative(rows);
    yield checkChoice(snapshot.confluence_scores, rows);
    yield checkOpportunities(snapshot.opportunities, rows);
    yield checkRegime(
      snapshot,
      rows.map(({ score }) => score),
    );
  }
}

function* checksOfBodies(
  bodies: Bodies["bodies"],
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
  how: How,
): Generator<readonly Mismatch[]> {
  const rows = allRowsOf(bodies, snapshot);
  for (const [path, body] of bodies) {
    if (!Array.isArray(body)) {
      yield checkNulls(path, body as object);
    }
    if (path.startsWith(ANALYSIS_PATH)) {
      const analysis = analysisOf(body as Json, snapshot);
      if (typeof analysis === "string") {
        yield [`${path}: not valid: ${analysis}`];
      } else {
        yield* checksOfAnalysis(analysis, snapshot, ledger, how);
        yield checkOutlook(analysis, rows, ledger);
      }
    }
    yield checkRepeated(path, body, snapshot);
  }
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

function* checksOfAnalysis(
  analysis: AnalysisDocument,
  snapshot: MobileSnapshot,
  ledger: MarketLedger,
  how: How,
): Generator<readonly Mismatch[]> {
  const row = snapshot.confluence_scores.find(({ symbol }) => symbol === analysis.symbol);
  const mayHaveHoles = holesOf(analysis, how);
  yield checkAnalysis(analysis, row);
  yield checkReliability(analysis);
  yield checkInputs(analysis, how);
  yield checkRatings(analysis, ledger);
  if (row !== undefined) {
    yield checkFiveMinutes(analysis, row, snapshot, ledger);
  }
  yield checkAgainstBitcoin(analysis, row, ledger);
  yield checkCandleRules(analysis, ledger);
  yield checkTrades(analysis, ledger, mayHaveHoles.trades);
  yield checkBook(analysis, ledger);
  yield checkPositioningRules(analysis, row, ledger, mayHaveHoles.series);
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
