import { formats } from "../../format/formats.ts";
import { Figure, Figures } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { StackedBar } from "../../parts/stacked-bar.tsx";
import { Card } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import { type Dominance, dominanceShares } from "./dominance-shares.ts";

/**
 * The size of the market, and the shares of it. Altcoins are all coins but bitcoin, including ether and stablecoins.
 */
export function CapitalCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const { market_overview: market, missing } = snapshot;
  const named = [
    {
      name: "Bitcoin dominance",
      path: "market_overview.btc_dominance",
      percent: market.btc_dominance,
      colour: "first",
    },
    { name: "Ether dominance", path: "market_overview.eth_dominance", percent: market.eth_dominance, colour: "second" },
    {
      name: "Stablecoin dominance",
      path: "market_overview.stablecoin_dominance",
      percent: market.stablecoin_dominance,
      colour: "third",
    },
  ] satisfies readonly (Dominance & { readonly path: string })[];
  return (
    <Card title="Capital and dominance">
      <SectionNote snapshot={snapshot} section="reference" nowS={nowS} />
      <Figures>
        <Figure
          path="market_overview.total_market_cap"
          label="Total market cap"
          missing={missing}
          value={market.total_market_cap}
          format={formats.usd}
        />
        <Figure
          path="market_overview.market_cap_change_24h"
          label="Market cap change, 24 h"
          missing={missing}
          value={market.market_cap_change_24h}
          format={formats.signedPercent}
          signed
        />
      </Figures>
      <StackedBar parts={dominanceShares(named)} />
      <Figures>
        {named.map(({ name, path, percent, colour }) => (
          <Figure
            key={path}
            path={path}
            label={name}
            swatch={colour}
            missing={missing}
            value={percent}
            format={formats.percent}
          />
        ))}
        <Figure
          path="market_overview.altcoin_dominance"
          label="All coins but bitcoin"
          missing={missing}
          value={market.altcoin_dominance}
          format={formats.percent}
        />
      </Figures>
    </Card>
  );
}
