import { formatSpan } from "../../format/age.ts";
import { formats } from "../../format/formats.ts";
import { Figure, Figures } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { Card } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";

/** Bitcoin's price, and how much it and the market move. */
export function VolatilityCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const { market_overview: market, missing } = snapshot;
  const times = timesAverage(market.market_dispersion, market.avg_market_dispersion);
  const average = averageName(market.avg_market_dispersion_span_ms);
  const spread = market.market_dispersion === null ? "" : spreadWord(market.market_dispersion);
  return (
    <Card title="Bitcoin and volatility">
      <SectionNote snapshot={snapshot} section="overview" nowS={nowS} />
      <Figures>
        <Figure
          path="market_overview.btc_price"
          label="Bitcoin, USD"
          missing={missing}
          value={market.btc_price}
          format={formats.price}
        />
        <Figure
          path="market_overview.btc_daily_volatility"
          label="Bitcoin volatility, daily"
          missing={missing}
          value={market.btc_daily_volatility}
          format={formats.percent}
        />
        <Figure
          path="market_overview.btc_volatility"
          label="Bitcoin volatility, annualised"
          missing={missing}
          value={market.btc_volatility}
          format={formats.percent}
          note={market.btc_volatility !== null && "realised over the last 7 days"}
        />
        <Figure
          path="market_overview.market_dispersion"
          label="Spread of 24 h changes"
          missing={missing}
          value={market.market_dispersion}
          format={formats.percent}
          note={times === null ? spread : `${spread}, ${formats.number(times, 1)}x its ${average}`}
        />
        <Figure
          path="market_overview.avg_market_dispersion"
          label={`${average.charAt(0).toUpperCase()}${average.slice(1)} of the spread`}
          missing={missing}
          value={market.avg_market_dispersion}
          format={formats.percent}
        />
      </Figures>
    </Card>
  );
}

/** How far the 24 h changes spread, by the thresholds at which the regime calls a market choppy or volatile. */
export function spreadWord(dispersionPercent: number): "calm" | "choppy" | "volatile" {
  if (dispersionPercent > 15) {
    return "volatile";
  }
  return dispersionPercent > 8 ? "choppy" : "calm";
}

/**
 * The average by the time that it covers, which is less than a day when the data began less than a day ago: "78 min average".
 * Just "average" where that time is not told.
 */
export function averageName(spanMs: number | null | undefined): string {
  return typeof spanMs === "number" ? `${formatSpan(spanMs)} average` : "average";
}

/** Ratio to the average; null when either is unknown. */
export function timesAverage(value: number | null, average: number | null): number | null {
  return value === null || average === null || average === 0 ? null : value / average;
}
