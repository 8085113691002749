import { basename } from "node:path";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { dayOf, HISTORY_DURATIONS, type HistoryPlace, type HistoryReader, readHistory } from "@pulseboard/history";
import { systemClock } from "@pulseboard/runtime";
import { type ExportFormat, headOf, linesOf } from "./export-lines.ts";

export interface ExportRequest {
  readonly histories: readonly HistoryPlace[];
  /** Unix ms, both included; null: no limit. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Null: all. */
  readonly symbols: readonly string[] | null;
  readonly format: ExportFormat;
  readonly to: Writable;
  /** Told what could not be read, in one sentence. */
  readonly onProblem: (sentence: string) => void;
}

/**
 * Writes what is kept of a time, a day after the other, and holds a part of one day at most: each refresh where those are still there,
 * else quarters of an hour. Whoever reads the output may stop in the middle.
 *
 * @returns how many rows there were
 * @throws StoreError when the disk cannot be read
 */
export async function exportHistory({ to, ...request }: ExportRequest): Promise<number> {
  const count = { rows: 0 };
  try {
    await pipeline(Readable.from(textOf(request, count), { objectMode: false }), to, { end: false });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && STOPPED_READING.includes(String(error.code)))) {
      throw error;
    }
  }
  return count.rows;
}

const STOPPED_READING = ["EPIPE", "ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_DESTROYED"];

async function* textOf(request: Omit<ExportRequest, "to">, count: { rows: number }): AsyncGenerator<string> {
  const { histories, fromMs, toMs, symbols, format, onProblem } = request;
  yield headOf(format);
  for (const place of histories) {
    const reader = readHistory({
      ...place,
      clock: systemClock,
      durations: HISTORY_DURATIONS,
      onDamage: ({ path, reason }) => onProblem(`${basename(path)}: ${reason}; the rest of it is exported`),
    });
    for (const { day, series } of await daysOf(reader, fromMs, toMs)) {
      for await (const refresh of reader.readDay(series, day)) {
        if (refresh.asOfMs < (fromMs ?? 0) || refresh.asOfMs > (toMs ?? Number.POSITIVE_INFINITY)) {
          continue;
        }
        const rows = refresh.rows.filter(({ symbol }) => symbols === null || symbols.includes(symbol));
        count.rows += rows.length;
        if (rows.length > 0) {
          yield linesOf({ ...refresh, rows }, place.methodVersion, format);
        }
      }
    }
  }
}

async function daysOf(reader: HistoryReader, fromMs: number | null, toMs: number | null) {
  const whole = await reader.days("refreshes");
  const days = (await reader.days("quarters")).map((day) => ({
    day,
    series: whole.includes(day) ? ("refreshes" as const) : ("quarters" as const),
  }));
  return days.filter(({ day }) => (fromMs === null || day >= dayOf(fromMs)) && (toMs === null || day <= dayOf(toMs)));
}
