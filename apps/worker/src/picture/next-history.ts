import { addBtcDominance, addDispersion, addScores, EMPTY_HISTORY, type History } from "../history.ts";
import type { OverviewFacts } from "./market-part.ts";
import type { Part } from "./part.ts";
import type { Findings, Picture } from "./picture.ts";
import { isOlder, MARKET_CAP_STALE_AFTER_MS } from "./reference-part.ts";
import type { ScoredSymbol } from "./scores-part.ts";

/** Only what this refresh found out enters the history; what was kept is in it already. */
export function nextHistory(
  { asOfMs, tickers, symbols, reference }: Findings,
  before: Picture | null,
  overview: Part<OverviewFacts>,
  scores: Part<readonly ScoredSymbol[]>,
): History {
  const nowS = Math.floor(asOfMs / 1000);
  const history = before?.history ?? EMPTY_HISTORY;
  const scored = symbols === null || scores.provenance.stale ? [] : scores.value;
  const dispersion = tickers === null || overview.provenance.stale ? null : overview.value.overview.market_dispersion;
  const globalMarket = reference?.globalMarket ?? null;
  // A source that fell silent would look like a dominance that stands still.
  const isSilent = isOlder(globalMarket, asOfMs, MARKET_CAP_STALE_AFTER_MS);
  const dominance = isSilent ? null : (globalMarket?.value.btcDominancePercent ?? null);
  return {
    scores: addScores(
      history.scores,
      nowS,
      scored.map(({ row }) => [row.symbol, row.score] as const),
    ),
    dispersion: addDispersion(history.dispersion, nowS, dispersion),
    btcDominance: addBtcDominance(
      history.btcDominance,
      nowS,
      dominance === null ? null : { source: globalMarket?.source ?? "", percent: dominance },
    ),
  };
}
