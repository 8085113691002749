import type { MobileSnapshot } from "@pulseboard/snapshot";
import { type Figure, type Mismatch, mismatches } from "./figures.mts";
import { intersection, type LedgerRow, type MarketLedger, type Span } from "./market-ledger.mts";

/** The default of MOVERS_MIN_TURNOVER_USD. */
const MOVERS_MIN_TURNOVER_USD = 500_000;
const MOVERS_LIMIT = 5;
/** How far apart the moments are that are tried out. */
const STEP_MS = 5;

type DocumentWithMovers = Pick<MobileSnapshot, "top_movers"> & {
  readonly sections: Pick<MobileSnapshot["sections"], "movers">;
};

/** Each mover is the ledger's row at one and the same moment; none is missing, as far as all rows were received. */
export function checkMovers({ top_movers, sections }: DocumentWithMovers, ledger: MarketLedger): readonly Mismatch[] {
  const { gainers, losers } = top_movers;
  const shown = [...gainers, ...losers];
  const { as_of, expected, received } = sections.movers;
  if (as_of === null) {
    return shown.length === 0 ? [] : ["movers: there are some, and no as_of"];
  }
  let span: Span | null = { fromMs: as_of * 1000, toMs: as_of * 1000 + 999 };
  for (const mover of shown) {
    const turnoverAt = (timeMs: number) => ledger.rowAt(mover.symbol, timeMs).turnoverUsd;
    const own = ledger.spanOf(as_of, turnoverAt, mover.volume_24h, 2);
    span = own === null || span === null ? null : intersection(span, own);
  }
  if (span === null) {
    return [`movers: at no moment of ${as_of} were the turnovers ${JSON.stringify(shown.map(turnoverOf))}`];
  }
  // Those shown pin the moment down; one that is not shown may still have passed another within it.
  const { fromMs, toMs } = span;
  const lists = { shown, gainers, losers, areComplete: received >= expected };
  const first = checkMoversAt(fromMs, lists, ledger);
  for (let timeMs = fromMs + STEP_MS; first.length > 0 && timeMs <= toMs; timeMs += STEP_MS) {
    if (checkMoversAt(timeMs, lists, ledger).length === 0) {
      return [];
    }
  }
  return first;
}

type Mover = MobileSnapshot["top_movers"]["gainers"][number];

interface MoverLists {
  readonly shown: readonly Mover[];
  readonly gainers: readonly Mover[];
  readonly losers: readonly Mover[];
  /** All rows were received, so that none may be missing. */
  readonly areComplete: boolean;
}

function checkMoversAt(
  timeMs: number,
  { shown, gainers, losers, areComplete }: MoverLists,
  ledger: MarketLedger,
): readonly Mismatch[] {
  const rows = ledger.symbols.map((symbol) => ledger.rowAt(symbol, timeMs));
  const figures = shown.flatMap((mover): Figure[] => {
    const row = rows.find(({ symbol }) => symbol === mover.symbol);
    return [
      { path: `${mover.symbol}.price`, shown: mover.price, exact: row?.price ?? null, decimals: 10 },
      { path: `${mover.symbol}.change_24h`, shown: mover.change_24h, exact: row?.changePercent ?? null, decimals: 6 },
    ];
  });
  const traded = rows.filter(({ turnoverUsd }) => turnoverUsd >= MOVERS_MIN_TURNOVER_USD);
  return [
    ...mismatches("movers", figures),
    ...(areComplete ? checkList("gainers", gainers, traded, (a, b) => b.changePercent - a.changePercent, 1) : []),
    ...(areComplete ? checkList("losers", losers, traded, (a, b) => a.changePercent - b.changePercent, -1) : []),
  ];
}

function turnoverOf({ symbol, volume_24h }: { readonly symbol: string; readonly volume_24h: number }) {
  return [symbol, volume_24h];
}

function checkList(
  name: string,
  shown: readonly { readonly symbol: string }[],
  traded: readonly LedgerRow[],
  order: (a: LedgerRow, b: LedgerRow) => number,
  sign: 1 | -1,
): readonly Mismatch[] {
  const expected = traded
    .filter(({ changePercent }) => Math.sign(Math.round(changePercent * 1e6)) === sign)
    .toSorted((a, b) => order(a, b) || (a.symbol < b.symbol ? -1 : 1))
    .slice(0, MOVERS_LIMIT)
    .map(({ symbol }) => symbol)
    .join(" ");
  const found = shown.map(({ symbol }) => symbol).join(" ");
  return found === expected ? [] : [`movers: ${name} are ${found}, and the ledger has ${expected}`];
}
