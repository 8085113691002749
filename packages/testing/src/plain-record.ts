import type { HistoryRefresh, HistoryRow } from "@pulseboard/history";

/**
 * The record's definitions once more, as plainly as they can be written and without regard to time: over a list of all refreshes, by
 * counting. It shares no code with the record.
 */

const QUARTER_MS = 900_000;

export interface PlainReading {
  readonly quarter: number;
  readonly direction: string | null;
  readonly row: HistoryRow;
  /** Null where it is missing. */
  readonly relative: number | null;
  readonly delisted: boolean;
}

/** One list of readings for each moment of the day. */
export function plainReadings(
  refreshes: readonly HistoryRefresh[],
  {
    day,
    horizonMs,
    entryDelayMs,
    minSymbols,
  }: {
    readonly day: number;
    readonly horizonMs: number;
    readonly entryDelayMs: number;
    readonly minSymbols: number;
  },
): readonly (readonly PlainReading[])[] {
  const moments: PlainReading[][] = [];
  for (let quarter = day * 96; quarter < (day + 1) * 96; quarter += 1) {
    const index = refreshes.findIndex(({ asOfMs }) => Math.floor(asOfMs / QUARTER_MS) === quarter);
    const moment = refreshes[index];
    if (moment === undefined) {
      continue;
    }
    const scored = moment.rows.filter((row) => row.scored);
    if (scored.length < minSymbols) {
      continue;
    }
    const inTime = (dueMs: number) => {
      const found = refreshes.find(({ asOfMs }) => asOfMs >= dueMs);
      return found !== undefined && found.asOfMs <= dueMs + 2 * moment.periodMs ? found : undefined;
    };
    const next = refreshes[index + 1];
    const entry = next === undefined || entryDelayMs === 0 ? next : inTime(next.asOfMs + entryDelayMs);
    const exit = entry === undefined ? undefined : inTime(entry.asOfMs + horizonMs);
    const moves = scored.map((row) => {
      const from = entry?.rows.find(({ symbol }) => symbol === row.symbol)?.markPrice ?? null;
      const listed = exit?.rows.find(({ symbol }) => symbol === row.symbol);
      const delisted = from !== null && exit !== undefined && listed === undefined;
      const to = delisted
        ? (refreshes
            .filter(({ asOfMs }) => asOfMs < (exit?.asOfMs ?? 0))
            .flatMap(({ rows }) => rows.filter(({ symbol }) => symbol === row.symbol))
            .findLast(({ markPrice }) => markPrice !== null)?.markPrice ?? null)
        : (listed?.markPrice ?? null);
      return { row, delisted, move: from === null || to === null ? null : Math.log(to) - Math.log(from) };
    });
    const known = moves.flatMap(({ move }) => (move === null ? [] : [move])).sort((a, b) => a - b);
    const middle = ((known[Math.ceil(known.length / 2) - 1] ?? 0) + (known[Math.floor(known.length / 2)] ?? 0)) / 2;
    moments.push(
      moves.map(({ row, delisted, move }) => ({
        quarter,
        direction: moment.direction,
        row,
        delisted,
        relative: move === null ? null : Number((move - middle).toFixed(12)),
      })),
    );
  }
  return moments;
}

/** 1 for the lowest; equal values share the mean of their ranks. */
function plainRank(values: readonly number[], value: number): number {
  const less = values.filter((other) => other < value).length;
  const equal = values.filter((other) => other === value).length;
  return less + (equal + 1) / 2;
}

export interface PlainSum {
  moments: number;
  readings: number;
  sum: number;
}

/** The sum of the moments' rank correlations. */
export function plainCorrelation(
  moments: readonly (readonly PlainReading[])[],
  of: (row: HistoryRow) => number | null,
  minSymbols: number,
): PlainSum {
  const total: PlainSum = { moments: 0, readings: 0, sum: 0 };
  for (const moment of moments) {
    const pairs = plainPairs(moment, of);
    if (pairs.length < minSymbols) {
      continue;
    }
    const xs = pairs.map(({ x }) =>
      plainRank(
        pairs.map((pair) => pair.x),
        x,
      ),
    );
    const ys = pairs.map(({ y }) =>
      plainRank(
        pairs.map((pair) => pair.y),
        y,
      ),
    );
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const product = (as: readonly number[], bs: readonly number[]) =>
      mean(as.map((a, index) => a * (bs[index] ?? 0))) - mean(as) * mean(bs);
    if (product(xs, xs) > 1e-9 && product(ys, ys) > 1e-9) {
      total.moments += 1;
      total.readings += pairs.length;
      total.sum += product(xs, ys) / Math.sqrt(product(xs, xs) * product(ys, ys));
    }
  }
  return total;
}

export interface PlainGroup {
  readings: number;
  beat: number;
  returns: number;
}

/** The groups' sums, from the lowest rank to the highest. */
export function plainGroups(
  moments: readonly (readonly PlainReading[])[],
  of: (row: HistoryRow) => number | null,
  minSymbols: number,
): readonly PlainGroup[] {
  const groups = Array.from({ length: 10 }, (): PlainGroup => ({ readings: 0, beat: 0, returns: 0 }));
  for (const moment of moments) {
    const pairs = plainPairs(moment, of);
    for (const { x, y } of pairs.length < minSymbols ? [] : pairs) {
      const rank = plainRank(
        pairs.map((pair) => pair.x),
        x,
      );
      plainAdd(groups[Math.floor((10 * (rank - 0.5)) / pairs.length)], y);
    }
  }
  return groups;
}

/** The sums of the readings beyond a line; with `crowded`, of the moments with more than half of the symbols beyond it only. */
export function plainLine(
  moments: readonly (readonly PlainReading[])[],
  isBeyond: (row: HistoryRow) => boolean,
  crowded: boolean | null,
): PlainGroup & { moments: number } {
  const total = { moments: 0, readings: 0, beat: 0, returns: 0 };
  for (const moment of moments) {
    const beyond = moment.filter(({ row }) => isBeyond(row));
    const isCrowded = beyond.length > moment.length / 2;
    if (crowded === null || crowded === isCrowded) {
      const known = beyond.flatMap(({ relative }) => (relative === null ? [] : [relative]));
      total.moments += Math.min(1, known.length);
      for (const relative of known) {
        plainAdd(total, relative);
      }
    }
  }
  return total;
}

function plainAdd(group: PlainGroup | undefined, relative: number): void {
  if (group !== undefined) {
    group.readings += 1;
    group.returns += relative;
    group.beat += (Math.sign(relative) + 1) / 2;
  }
}

function plainPairs(moment: readonly PlainReading[], of: (row: HistoryRow) => number | null) {
  return moment.flatMap(({ row, relative }) => {
    const x = of(row);
    return x === null || relative === null ? [] : [{ x, y: relative }];
  });
}
