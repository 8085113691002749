import {
  type Alert,
  type AnalysisDocument,
  analysisDocumentSchema,
  type MobileSnapshot,
  parseSnapshot,
} from "@pulseboard/snapshot";
import { checkAlerts } from "./check-alerts.mts";
import { checkSums } from "./check-all-symbols.mts";
import { checkBook } from "./check-book.mts";
import { checkCandleRules } from "./check-candle-rules.mts";
import { checkCounts, checkInputs, type Silence } from "./check-inputs.mts";
import { checkMarket } from "./check-market.mts";
import { checkNulls } from "./check-nulls.mts";
import { checkOpportunities } from "./check-opportunities.mts";
import { checkPositioningRules } from "./check-positioning-rules.mts";
import { checkRegime } from "./check-regime.mts";
import { checkAnalysis, checkRatings, checkRows } from "./check-scores.mts";
import { checkSlowFigures } from "./check-slow-figures.mts";
import { checkTrades } from "./check-trades.mts";
import type { Mismatch } from "./figures.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { ALERTS_PATH, ANALYSIS_PATH, SNAPSHOT_PATH, SYMBOLS_PATH } from "./snapshot-paths.mts";

/** What a server gave of one sequence: parsed bodies by path. The snapshot is always there. */
export interface Bodies {
  readonly sequence: number;
  readonly bodies: ReadonlyMap<string, unknown>;
}

/** What is known of the run that the bodies are from. */
export interface Circumstances {
  /** Market time at the simulator's first start, Unix ms. */
  readonly startAtMs: number;
  /** Of the refreshes. */
  readonly periodMs: number;
  readonly silences?: readonly Silence[];
  /** Rows of answers were damaged or of other times, so that a history may have holes, which no document tells. */
  readonly mayHaveHoles?: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The figures of one sequence that the ledger does not give, and the nulls without a reason. */
export function checkBodies(
  { sequence, bodies }: Bodies,
  ledger: MarketLedger,
  { startAtMs, periodMs, silences = [], mayHaveHoles = false }: Circumstances,
): readonly Mismatch[] {
  const parsed = parseSnapshot(JSON.stringify(bodies.get(SNAPSHOT_PATH)));
  if (!parsed.ok) {
    return [`sequence ${sequence}: the snapshot is not valid: ${parsed.problem}`];
  }
  const { snapshot } = parsed;
  const rows = allRowsOf(bodies.get(SYMBOLS_PATH), snapshot);
  const objects = [...bodies].filter((each): each is [string, object] => !Array.isArray(each[1]));
  return [
    ...checkMarket(
      snapshot,
      ledger,
      (rows ?? []).map(({ symbol }) => symbol),
    ),
    ...checkSlowFigures(snapshot, ledger, startAtMs),
    ...checkRows(rows ?? snapshot.confluence_scores, ledger),
    ...(rows === null ? [] : checkSums(snapshot, rows)),
    ...(rows === null ? [] : checkOpportunities(snapshot.opportunities, rows)),
    ...(rows === null
      ? []
      : checkRegime(
          snapshot,
          rows.map(({ score }) => score),
        )),
    ...checkCounts(snapshot),
    ...checkAlerts(alertsOf(bodies.get(ALERTS_PATH)), snapshot, ledger),
    ...objects.flatMap(([path, body]) => checkNulls(path, body)),
    ...objects
      .filter(([path]) => path.startsWith(ANALYSIS_PATH))
      .flatMap(([path, body]) => {
        const analysis = analysisOf(body as Json, snapshot);
        return typeof analysis === "string"
          ? [`${path}: not valid: ${analysis}`]
          : checkWholeAnalysis(analysis, snapshot, ledger, { periodMs, silences, mayHaveHoles });
      }),
    ...[...bodies].flatMap(([path, body]) => checkRepeated(path, body, snapshot)),
  ].map((mismatch) => `sequence ${sequence}: ${mismatch}`);
}

/** Whether they are valid is judged with all documents. */
function alertsOf(body: unknown): readonly Alert[] {
  return Array.isArray(body) ? body : [];
}

/** The rows of all scored symbols; null where a publication came in between. The snapshot lists them all up to 20. */
function allRowsOf(body: unknown, { confluence_scores: rows, sections }: MobileSnapshot) {
  if (sections.scores.received === rows.length) {
    return rows;
  }
  const all = (body as Pick<MobileSnapshot, "symbols"> | undefined)?.symbols;
  return Array.isArray(all) ? (all as MobileSnapshot["confluence_scores"]) : null;
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
  how: Parameters<typeof checkInputs>[1] & { readonly mayHaveHoles: boolean },
): readonly Mismatch[] {
  const row = snapshot.confluence_scores.find(({ symbol }) => symbol === analysis.symbol);
  return [
    ...checkAnalysis(analysis, row),
    ...checkInputs(analysis, how),
    ...checkRatings(analysis, ledger),
    ...(how.mayHaveHoles
      ? []
      : [
          ...checkCandleRules(analysis, ledger),
          ...checkTrades(analysis, ledger),
          ...checkBook(analysis, ledger),
          ...checkPositioningRules(analysis, row, ledger),
        ]),
  ];
}

/** Figures that other routes repeat of the same snapshot. */
function checkRepeated(path: string, body: unknown, snapshot: MobileSnapshot): readonly Mismatch[] {
  const { market_overview: overview, market_breadth: breadth, top_movers: movers, perps } = snapshot;
  const fundingPercent = perps.funding_rate === null ? null : Number((perps.funding_rate * 100).toPrecision(12));
  const rows = snapshot.confluence_scores;
  // Of more than 20 the snapshot lists a part; the routes that list all are compared by these.
  const isPart = snapshot.sections.scores.received > rows.length;
  const listed = new Set(rows.map(({ symbol }) => symbol));
  const shown = isPart ? onlyListed(body, listed) : body;
  const expected: Readonly<Record<string, unknown>> = {
    "/api/snapshot": {
      market_overview: overview,
      market_breadth: breadth,
      top_movers: movers,
      perps,
      sections: snapshot.sections,
      confluence_scores: rows.map(leanRow),
    },
    "/api/market/overview": { ...overview, breadth },
    "/api/dashboard/market-overview": { ...overview, breadth },
    "/api/dashboard/overview": {
      market_overview: overview,
      market_regime: overview.market_regime,
      top_gainers: movers.gainers,
      top_losers: movers.losers,
      "summary.total_volume": overview.total_volume_24h,
      "summary.total_volume_24h": overview.total_volume_24h,
      "summary.average_change": overview.average_change,
      "volatility.value": overview.market_dispersion,
      opportunities: snapshot.opportunities,
    },
    "/api/dashboard/symbols": { symbols: rows },
    "/api/dashboard/market-movers": {
      gainers: movers.gainers,
      losers: movers.losers,
      ...(!isPart && {
        "volume_leaders.0.volume": rows.map(({ turnover_24h }) => turnover_24h).reduce(larger, null) ?? undefined,
      }),
    },
    "/api/dashboard/perpetuals-pulse": {
      total_open_interest: perps.open_interest,
      total_volume_24h: perps.volume_24h,
      funding_rate: fundingPercent,
      funding_zscore: perps.funding_zscore,
      long_pct: perps.long_pct,
      short_pct: perps.short_pct,
      ls_entropy: perps.ls_entropy,
      basis_pct: perps.basis_pct,
      contract_count: perps.contract_count,
    },
    "/api/dashboard/opportunities": snapshot.opportunities,
  };
  const wanted = expected[path];
  if (wanted === undefined) {
    return [];
  }
  if (Array.isArray(wanted)) {
    return isSame(body, wanted) ? [] : [`${path}: is not what the snapshot says`];
  }
  return Object.entries(wanted as Json)
    .filter(([name, value]) => !isSame(valueAt(shown, name), value))
    .map(([name]) => `${path}: ${name} is not what the snapshot says`);
}

/** The body with only these symbols in its lists of scores. */
function onlyListed(body: unknown, symbols: ReadonlySet<string>): unknown {
  const entries = Object.entries(Object(body)).map(([name, value]) =>
    ["confluence_scores", "symbols"].includes(name) && Array.isArray(value)
      ? [name, value.filter((row) => symbols.has(Object(row).symbol))]
      : [name, value],
  );
  return Object.fromEntries(entries);
}

function larger(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

function leanRow({
  sub_components: _rules,
  interpretations: _sentences,
  ...lean
}: MobileSnapshot["confluence_scores"][number]) {
  return lean;
}

function valueAt(body: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (value as Json | null | undefined)?.[name], body);
}

/** Whatever the order of names. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, sorted(member)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
