import type { MobileSnapshot } from "@pulseboard/snapshot";
import type { Mismatch } from "./figures.mts";

type Json = Readonly<Record<string, unknown>>;

/** Figures that other routes repeat of the same snapshot. */
export function checkRepeated(path: string, body: unknown, snapshot: MobileSnapshot): readonly Mismatch[] {
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
