import type { CollectionProblem } from "../exchange-gateway.ts";
import { RowDefects } from "../parsing/row-defects.ts";
import { type Point, parseSeries } from "../parsing/series.ts";
import type { Endpoint, QueryParams } from "../transport/endpoints.ts";
import type { SymbolSource } from "./symbol-source.ts";

export interface SlowSeriesKind {
  readonly endpoint: Endpoint;
  readonly params: QueryParams;
  readonly timeField: string;
  readonly readValue: (row: Readonly<Record<string, unknown>>) => number | string;
  /** Asked for at the start, in one request. */
  readonly firstCount: number;
  readonly keepCount: number;
}

/** New points can be late. They are asked for again after a twelfth of their period, at the latest after this. */
const LONGEST_RETRY_MS = 300_000;

/** A history that grows by one point per period: asked for once, and then again only when a point is due. */
export class SlowSeries {
  readonly #source: SymbolSource;
  readonly #kind: SlowSeriesKind;
  #points: readonly Point[] = [];
  /** Market time. */
  #nextTryMs = Number.NEGATIVE_INFINITY;

  constructor(source: SymbolSource, kind: SlowSeriesKind) {
    this.#source = source;
    this.#kind = kind;
  }

  /** Oldest first. */
  get points(): readonly Point[] {
    return this.#points;
  }

  /** @param stepMs Time between two points. */
  async update(asOfMs: number, stepMs: number, signal: AbortSignal): Promise<readonly CollectionProblem[]> {
    const { endpoint, params, timeField, readValue, firstCount, keepCount } = this.#kind;
    const lastMs = this.#points.at(-1)?.timeMs ?? null;
    if (asOfMs < this.#nextTryMs || (lastMs !== null && asOfMs < lastMs + stepMs)) {
      return [];
    }
    // One more than is due, so that the answer meets what is known.
    const due = lastMs === null ? firstCount : Math.floor((asOfMs - lastMs) / stepMs) + 1;
    const limit = Math.min(firstCount, due);
    const { points, defects } = await this.#source.get(endpoint, { ...params, limit }, signal, (envelope) => {
      const counted = new RowDefects();
      return { points: parseSeries(envelope, endpoint, timeField, readValue, counted), defects: counted };
    });
    const merged = new Map([...this.#points, ...points].map((point) => [point.timeMs, point]));
    this.#points = [...merged.values()].sort((a, b) => a.timeMs - b.timeMs).slice(-keepCount);
    const hasNews = (this.#points.at(-1)?.timeMs ?? null) !== lastMs;
    this.#nextTryMs = hasNews ? asOfMs : asOfMs + Math.min(stepMs / 12, LONGEST_RETRY_MS);
    return defects.toProblems(endpoint, this.#source.symbol);
  }
}
