import { marketStateOf, publicationOf, withScores } from "../../../scripts/lib/page-market.mjs";

type Market = ReturnType<typeof marketStateOf>;
type Publication = Parameters<typeof marketStateOf>[0];

/** Scores far from and near 50, with a history to draw and an alert of each kind. */
export function richPublication(publication: Publication, sequence: number): Publication {
  const market = marketStateOf(publication);
  const { asOfMs, history, scores } = market;
  const nowS = Math.floor(asOfMs / 1000);
  const at = Array.from({ length: 24 }, (_, index) => nowS - 900 * (23 - index));
  const past = { at, value: at.map((_, index) => Math.round(50 + 25 * Math.sin(index))) };
  const { symbol, reliability, price } = [...scores.value.values()][0]?.analysis ?? {
    symbol: "",
    reliability: 0,
    price: 0,
  };
  const moment = { timestamp: nowS, unix_timestamp: nowS };
  const alerts: Market["alerts"]["alerts"] = [
    {
      ...{ id: "signal:1", alert_type: "signal", level: "info", message: "It crossed a line.", symbol, ...moment },
      details: { direction: "bullish", score: 66, threshold: 65, reliability, price },
    },
    {
      ...{
        id: "regime:1",
        alert_type: "regime_change",
        level: "warning",
        message: "It changed.",
        symbol: null,
        ...moment,
      },
      details: { from: "Neutral: Consolidation", to: "Bullish: Risk-On" },
    },
  ];
  const rich = {
    ...market,
    alerts: { ...market.alerts, alerts },
    history: { ...history, scores: Object.fromEntries([...scores.value.keys()].map((symbol) => [symbol, past])) },
  };
  return publicationOf(
    withScores(rich, (_symbol, score) => Math.round((20 + ((score * 7 + sequence * 13) % 60)) * 100) / 100),
    { sequence },
  );
}
