import { z } from "zod";
import { ALERTS_LIMIT, alertSchema } from "../documents/alerts-document.ts";
import type { Freshness } from "../documents/freshness.ts";
import { OPPORTUNITIES_LIMIT, opportunitySchema } from "../documents/opportunity.ts";
import type { SnapshotDocuments } from "../documents/snapshot-documents.ts";
import type { Failure } from "./body-head.ts";
import {
  dashboardOverview,
  dashboardOverviewError,
  dashboardOverviewErrorSchema,
  dashboardOverviewSchema,
} from "./dashboard-overview.ts";
import { errorBody, errorBodySchema, marketOverviewErrorBody, marketOverviewErrorSchema } from "./error-body.ts";
import { marketMovers, marketMoversError, marketMoversErrorSchema, marketMoversSchema } from "./market-movers.ts";
import { marketOverview, marketOverviewBodySchema } from "./market-overview-body.ts";
import { mobileData, mobileDataSchema } from "./mobile-data.ts";
import {
  perpetualsPulse,
  perpetualsPulseError,
  perpetualsPulseErrorSchema,
  perpetualsPulseSchema,
} from "./perpetuals-pulse.ts";
import { pageSnapshotSchema, snapshotForPage } from "./snapshot-for-page.ts";
import { symbolsBody, symbolsBodySchema, symbolsError, symbolsErrorSchema } from "./symbols-body.ts";
import {
  betaChart,
  betaChartSchema,
  coingeckoSummary,
  coingeckoSummarySchema,
  news,
  newsSchema,
} from "./unavailable.ts";

/** A route whose body is computed from the documents of one refresh. */
export interface SnapshotRoute {
  readonly path: string;
  /** The body's name, "mobileData"; two paths may share a body, and so its name. */
  readonly name: string;
  /** One sentence about the body. */
  readonly summary: string;
  readonly schema: z.ZodType;
  readonly project: (documents: SnapshotDocuments, freshness: Freshness) => unknown;
  readonly errorSchema: z.ZodType;
  /** The body while there is no snapshot. */
  readonly projectError: (failure: Failure) => unknown;
}

const generalError = {
  errorSchema: errorBodySchema,
  projectError: ({ startedAtMs, code, message }: Failure) => errorBody(startedAtMs, code, message),
};

/** A bare list is empty while there is no snapshot. */
function bareList(schema: z.ZodType) {
  return { schema, errorSchema: schema, projectError: () => [] };
}

const overview = {
  name: "marketOverview",
  summary: "The market as a whole: regime, breadth, dispersion, capitalisation, mood.",
  schema: marketOverviewBodySchema,
  project: ({ snapshot }: SnapshotDocuments, freshness: Freshness) => marketOverview(snapshot, freshness),
  errorSchema: marketOverviewErrorSchema,
  projectError: ({ startedAtMs, code, message }: Failure) => marketOverviewErrorBody(startedAtMs, code, message),
};

/** Every route of the contract with one body for all clients. `SYMBOL_ROUTE_PATH` is the only other route. */
export const SNAPSHOT_ROUTES: readonly SnapshotRoute[] = [
  {
    path: "/api/dashboard/mobile-data",
    name: "mobileData",
    summary: "Everything that a phone's dashboard shows, in one response.",
    schema: mobileDataSchema,
    project: ({ snapshot }, freshness) => mobileData(snapshot, freshness),
    ...generalError,
  },
  {
    path: "/api/snapshot",
    name: "snapshotForPage",
    summary: "The same without aliases and `opportunities`, and with every scored symbol, lean.",
    schema: pageSnapshotSchema,
    project: ({ snapshot, symbols }, freshness) => snapshotForPage(snapshot, symbols, freshness),
    ...generalError,
  },
  { path: "/api/market/overview", ...overview },
  { path: "/api/dashboard/market-overview", ...overview },
  {
    path: "/api/dashboard/overview",
    name: "dashboardOverview",
    summary: "Summary, regime, the strongest scores, movers, volatility and `opportunities`.",
    schema: dashboardOverviewSchema,
    project: dashboardOverview,
    errorSchema: dashboardOverviewErrorSchema,
    projectError: dashboardOverviewError,
  },
  {
    path: "/api/dashboard/symbols",
    name: "symbols",
    summary: "Every scored symbol with components, rules and sentences, highest score first.",
    schema: symbolsBodySchema,
    project: symbolsBody,
    errorSchema: symbolsErrorSchema,
    projectError: symbolsError,
  },
  {
    path: "/api/dashboard/market-movers",
    name: "marketMovers",
    summary: "The biggest gainers and losers, and the most traded symbols.",
    schema: marketMoversSchema,
    project: marketMovers,
    errorSchema: marketMoversErrorSchema,
    projectError: marketMoversError,
  },
  {
    path: "/api/dashboard/opportunities",
    name: "opportunities",
    summary: "Symbols that are pushed up and move most, by `opportunity_score`. A bare list.",
    project: ({ snapshot }) => snapshot.opportunities,
    ...bareList(z.array(opportunitySchema).max(OPPORTUNITIES_LIMIT)),
  },
  {
    path: "/api/dashboard/perpetuals-pulse",
    name: "perpetualsPulse",
    summary: "Funding (in percent per 8 h), positioning, basis and open interest of all perpetuals.",
    schema: perpetualsPulseSchema,
    project: ({ snapshot }, freshness) => perpetualsPulse(snapshot, freshness),
    errorSchema: perpetualsPulseErrorSchema,
    projectError: perpetualsPulseError,
  },
  {
    path: "/api/dashboard/alerts",
    name: "alerts",
    summary: "Scores that crossed 65 or 35, and changes of the market's regime, newest first. A bare list.",
    project: ({ alerts }) => alerts?.alerts ?? [],
    ...bareList(z.array(alertSchema).max(ALERTS_LIMIT)),
  },
  {
    path: "/api/dashboard/news",
    name: "news",
    summary: "Not offered.",
    schema: newsSchema,
    project: news,
    errorSchema: newsSchema,
    projectError: news,
  },
  {
    path: "/api/dashboard/beta-chart",
    name: "betaChart",
    summary: "Not offered.",
    schema: betaChartSchema,
    project: betaChart,
    errorSchema: betaChartSchema,
    projectError: betaChart,
  },
  {
    path: "/api/coingecko/summary",
    name: "coingeckoSummary",
    summary: "Not offered.",
    schema: coingeckoSummarySchema,
    project: coingeckoSummary,
    errorSchema: coingeckoSummarySchema,
    projectError: coingeckoSummary,
  },
];

/** The route of `confluenceAnalysis`: one body for each scored symbol. */
export const SYMBOL_ROUTE_PATH = "/api/dashboard/confluence-analysis/{symbol}";
