import type { Claim } from "./claims.ts";
import type { Gate } from "./gate.ts";
import type { Direction, Horizon } from "./record-method.ts";

/** A ratio over days, with the interval of 95 % and what it rests on. */
export interface Estimate {
  readonly ratio: number;
  /** Null where there is no interval: fewer than two days, or days that do not differ. */
  readonly low: number | null;
  readonly high: number | null;
  readonly days: number;
  readonly moments: number;
  readonly readings: number;
}

/** Over the last days of the span, and over all. */
export interface Spans<T> {
  readonly recent: T | null;
  readonly all: T | null;
}

/** Everything but the claim is null before the minimum of days. */
export interface FigureSummary extends Spans<Estimate> {
  /** With the entry a quarter of an hour later. */
  readonly late: Spans<Estimate>;
  readonly claim: Claim;
  /** Over all days; null until each direction has the minimum of days. */
  readonly directions: Readonly<Record<Direction, Estimate>> | null;
}

/** Groups by rank, from the lowest to the highest. */
export interface GroupsSummary {
  /** Shares that beat the median. */
  readonly share: readonly Estimate[];
  /** Mean relative log returns. */
  readonly returns: readonly Estimate[];
  /** Mean relative log return of the highest group less that of the lowest. */
  readonly topLessBottom: Estimate | null;
}

export interface RankedSummary extends FigureSummary {
  readonly groups: Spans<GroupsSummary>;
  readonly lateGroups: Spans<GroupsSummary>;
}

export interface LineSummary extends FigureSummary {
  /** The mean relative log return of the same readings. */
  readonly returns: Spans<Estimate>;
  readonly lateReturns: Spans<Estimate>;
  /** Over all days: the share at moments at which more than half of the symbols were beyond the line; they count in nothing else. */
  readonly crowded: Estimate | null;
}

export interface HorizonSummary {
  readonly minimumDays: number;
  readonly recentDays: number;
  /** Whole days since 1970; null without any finished day. */
  readonly firstDay: number | null;
  readonly lastDay: number | null;
  readonly days: {
    /** That count. */
    readonly counted: number;
    /** Finished ones with too few moments. */
    readonly tooFewMoments: number;
    /** Between the first and the last finished one, without any moment. */
    readonly missing: number;
  };
  /** Of all finished days; the missing ones of days that are missing as a whole not among them. */
  readonly moments: { readonly present: number; readonly missing: number };
  /** With the next refresh as entry. */
  readonly readings: { readonly present: number; readonly missing: number; readonly delisted: number };
  /** The rank correlation with returns, by figure. */
  readonly ranked: Readonly<Record<string, RankedSummary>>;
  /** The share beyond each line that beat the median. */
  readonly lines: Readonly<Record<string, LineSummary>>;
}

/** The day on which an input became known at most scores, or ceased to be. */
export interface InputChange {
  readonly day: number;
  readonly input: string;
  readonly known: boolean;
}

export interface RecordSummary {
  /** The figures that were looked at beside the one that was named in advance. */
  readonly others: number;
  readonly inputChanges: readonly InputChange[];
  readonly horizons: Readonly<Partial<Record<Horizon, HorizonSummary>>>;
  /** Of the outlook; never for 24 h. */
  readonly gates: Readonly<Record<"1h" | "4h", Gate>>;
}
