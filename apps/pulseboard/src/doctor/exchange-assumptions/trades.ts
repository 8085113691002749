import { type Assumption, every } from "./assumption.ts";
import { decimal, type Evidence, listOf, type Row, rowsOf } from "./evidence.ts";

const TRADES = 1000;
const NEEDS = ["trades"] as const;

export const TRADE_ASSUMPTIONS: readonly Assumption[] = [
  {
    name: "trade fields",
    assumed: "execId, price, size, time are texts, side is Buy or Sell, isBlockTrade true or false",
    needs: NEEDS,
    look: (evidence) =>
      every(listOf(evidence, "trades"), (row) => typeof row === "object" && row !== null && isTrade(row)),
  },
  {
    name: "trade names",
    assumed: "no two trades have the same execId",
    needs: NEEDS,
    look: (evidence) => {
      const names = rowsOf(evidence, "trades").map(({ execId }) => execId);
      const { size } = new Set(names);
      return { holds: size === names.length && size > 0, seen: `${size} names of ${names.length} trades` };
    },
  },
  {
    name: "trade order",
    assumed: "the newest trade comes first",
    needs: NEEDS,
    look: (evidence) => {
      const times = rowsOf(evidence, "trades").map(({ time }) => decimal(time));
      return every(times, (time, index) => index === 0 || time <= (times[index - 1] ?? 0));
    },
  },
  {
    name: "trade limit",
    assumed: `limit=${TRADES} gives ${TRADES} trades of a busy contract`,
    needs: NEEDS,
    look: (evidence) => {
      const { length } = listOf(evidence, "trades");
      return { holds: length === TRADES, seen: `${length} trades` };
    },
  },
  {
    name: "taker side",
    assumed: "side is the taker's: next to each other, a Buy is at the higher price more often than a Sell",
    needs: NEEDS,
    look: (evidence) => {
      const differences = neighboursOfBothSides(evidence).map(
        ({ buy, sell }) => decimal(buy.price) - decimal(sell.price),
      );
      const higher = differences.filter((difference) => difference > 0).length;
      const lower = differences.filter((difference) => difference < 0).length;
      return { holds: higher > lower, seen: `higher ${higher} times, lower ${lower} times` };
    },
  },
];

interface Neighbours {
  readonly buy: Row;
  readonly sell: Row;
}

function neighboursOfBothSides(evidence: Evidence): readonly Neighbours[] {
  const rows = rowsOf(evidence, "trades");
  return rows.flatMap((row, index) => {
    const other = rows[index + 1];
    if (other === undefined || row.side === other.side) {
      return [];
    }
    return [row.side === "Buy" ? { buy: row, sell: other } : { buy: other, sell: row }];
  });
}

function isTrade(row: object): boolean {
  const { execId, price, size, side, time, isBlockTrade } = row as Record<string, unknown>;
  return (
    typeof execId === "string" &&
    execId !== "" &&
    decimal(price) > 0 &&
    decimal(size) > 0 &&
    decimal(time) > 0 &&
    (side === "Buy" || side === "Sell") &&
    typeof isBlockTrade === "boolean"
  );
}
