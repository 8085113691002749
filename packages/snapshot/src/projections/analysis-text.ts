import type { AnalysisDocument } from "../documents/analysis-document.ts";

const TITLES = {
  technical: "Technical",
  volume: "Volume",
  orderflow: "Order flow",
  orderbook: "Order book",
  sentiment: "Positioning",
  price_structure: "Price structure",
} as const satisfies Record<keyof AnalysisDocument["components"], string>;

/** An analysis as readable text: the score and what it says in sentences, then each component with its rules, one line each. */
export function analysisText(analysis: AnalysisDocument): string {
  const { symbol, score, reliability, price, interpretation, components, technical_rating } = analysis;
  const ratings = Object.entries(technical_rating).map(
    ([timeframe, { label }]) => `${timeframe} ${label ?? "unknown"}`,
  );
  const lines = [
    `${symbol}: ${score.toFixed(2)} of 100, reliability ${percent(reliability)}, price ${price} USD`,
    interpretation.overall,
    interpretation.actionable_insights,
    `Technical rating: ${ratings.join(", ")}`,
  ];
  for (const [name, title] of Object.entries(TITLES)) {
    lines.push("", ...componentLines(title, components[name as keyof typeof TITLES]));
  }
  return lines.join("\n");
}

function componentLines(title: string, component: AnalysisDocument["components"]["technical"]): string[] {
  const { score, reason, weight, interpretation, rules } = component;
  return [
    `${title} (weight ${percent(weight)}): ${score === null ? unknown(reason) : score.toFixed(2)}`,
    interpretation,
    ...Object.entries(rules).map(([rule, reading]) => `- ${rule}: ${ruleText(reading)}`),
  ];
}

function ruleText({ signal, reason, sentence }: AnalysisDocument["components"]["technical"]["rules"][string]): string {
  if (signal === null) {
    return unknown(reason);
  }
  // Turns -0 into 0.
  const rounded = Number(signal.toFixed(2)) + 0;
  const sign = rounded > 0 ? "+" : "";
  return `${sign}${rounded.toFixed(2)}${sentence === null ? "" : `. ${sentence}`}`;
}

function unknown(reason: string | null): string {
  return `unknown (${(reason ?? "not_provided").replaceAll("_", " ")})`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
