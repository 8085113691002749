import { formats } from "../../format/formats.ts";
import type { ViewProps } from "../../page-state.ts";
import { Figure, Figures, Term } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { Card, View } from "../../parts/view.tsx";
import { basisWords, fundingWords } from "../perps/perps-words.ts";
import { SincePanel } from "../since/since-panel.tsx";
import { BreadthCard } from "./breadth-card.tsx";
import { DominanceCard } from "./dominance-card.tsx";
import { RegimeCard } from "./regime-card.tsx";
import { spreadWord, timesAverage } from "./volatility-words.ts";
import "./market-view.css";

/** What the market does, in one look: its regime first, then what that is made of. */
export function MarketView({ snapshot, since, nowS }: ViewProps) {
  return (
    <View name="market" title="Market">
      {since !== null && <SincePanel since={since} nowS={nowS} />}
      <div class="market-cards">
        <RegimeCard snapshot={snapshot} nowS={nowS} />
        <BreadthCard snapshot={snapshot} nowS={nowS} />
        <VolatilityCard snapshot={snapshot} />
        <BitcoinCard snapshot={snapshot} />
        <SizeCard snapshot={snapshot} nowS={nowS} />
        <DominanceCard snapshot={snapshot} nowS={nowS} />
        <MoodCard snapshot={snapshot} />
        <PerpetualsCard snapshot={snapshot} nowS={nowS} />
      </div>
    </View>
  );
}

type CardProps = Pick<ViewProps, "snapshot">;
type DatedCardProps = Pick<ViewProps, "snapshot" | "nowS">;

function VolatilityCard({ snapshot: { market_overview: market, missing } }: CardProps) {
  const times = timesAverage(market.market_dispersion, market.avg_market_dispersion);
  const spread = market.market_dispersion === null ? "" : spreadWord(market.market_dispersion);
  return (
    <Card title="Volatility">
      <Figures>
        <Figure
          path="market_overview.market_dispersion"
          label="Spread of 24 h changes"
          missing={missing}
          value={market.market_dispersion}
          format={formats.percent}
          note={times === null ? spread : `${spread}, ${formats.number(times, 1)}x its 24 h average`}
        />
        <Figure
          path="market_overview.avg_market_dispersion"
          label="Its 24 h average"
          missing={missing}
          value={market.avg_market_dispersion}
          format={formats.percent}
        />
      </Figures>
    </Card>
  );
}

function BitcoinCard({ snapshot: { market_overview: market, missing } }: CardProps) {
  return (
    <Card title="Bitcoin">
      <Figures>
        <Figure
          path="market_overview.btc_price"
          label="Price, USD"
          missing={missing}
          value={market.btc_price}
          format={formats.price}
        />
        <Figure
          path="market_overview.btc_daily_volatility"
          label="Realised volatility, daily"
          missing={missing}
          value={market.btc_daily_volatility}
          format={formats.percent}
        />
        <Figure
          path="market_overview.btc_volatility"
          label="The same, annualised"
          missing={missing}
          value={market.btc_volatility}
          format={formats.percent}
          note="of the last 7 days"
        />
      </Figures>
    </Card>
  );
}

function SizeCard({ snapshot, nowS }: DatedCardProps) {
  const { market_overview: market, missing } = snapshot;
  return (
    <Card title="Size">
      <SectionNote snapshot={snapshot} section="reference" nowS={nowS} />
      <Figures>
        <Figure
          path="market_overview.total_volume_24h"
          label="Volume of perpetuals, 24 h"
          missing={missing}
          value={market.total_volume_24h}
          format={formats.usd}
        />
        <Figure
          path="market_overview.total_market_cap"
          label="Total market cap"
          missing={missing}
          value={market.total_market_cap}
          format={formats.usd}
        />
        <Figure
          path="market_overview.market_cap_change_24h"
          label="Its change, 24 h"
          missing={missing}
          value={market.market_cap_change_24h}
          format={formats.signedPercent}
          signed
        />
      </Figures>
    </Card>
  );
}

const SEASON_NOTES = {
  Active: "bitcoin's dominance is below 50 %",
  Emerging: "bitcoin's dominance is below 55 %",
  Dormant: "bitcoin's dominance is 55 % or more",
} as const;

function MoodCard({ snapshot: { market_overview: market, missing } }: CardProps) {
  const season = market.altcoin_season;
  return (
    <Card title="Mood">
      <Figures>
        <Figure
          path="market_overview.fear_greed_value"
          label="Fear and greed, 0 to 100"
          missing={missing}
          value={market.fear_greed_value}
          format={formats.count}
        />
        <Term
          path="market_overview.fear_greed_label"
          label="In a word"
          missing={missing}
          text={market.fear_greed_label}
        />
        <Term
          path="market_overview.altcoin_season"
          label="Altcoin season"
          missing={missing}
          text={season}
          note={season === null ? "" : SEASON_NOTES[season]}
        />
      </Figures>
    </Card>
  );
}

function PerpetualsCard({ snapshot, nowS }: DatedCardProps) {
  const { perps, missing } = snapshot;
  return (
    <Card title="Perpetuals">
      <SectionNote snapshot={snapshot} section="perps" nowS={nowS} />
      <Figures>
        <Figure
          path="perps.funding_rate"
          label="Funding per 8 h"
          missing={missing}
          value={perps.funding_rate}
          format={(rate) => formats.signedPercent(rate * 100, 4)}
          signed
          note={perps.funding_rate === null ? "" : fundingWords(perps.funding_rate)}
        />
        <Figure
          path="perps.long_pct"
          label="Long accounts"
          missing={missing}
          value={perps.long_pct}
          format={formats.percent}
        />
        <Figure
          path="perps.short_pct"
          label="Short accounts"
          missing={missing}
          value={perps.short_pct}
          format={formats.percent}
        />
        <Figure
          path="perps.basis_pct"
          label="Basis"
          missing={missing}
          value={perps.basis_pct}
          format={(percent) => formats.signedPercent(percent, 3)}
          signed
          note={perps.basis_pct === null ? "" : basisWords(perps.basis_pct)}
        />
      </Figures>
    </Card>
  );
}
