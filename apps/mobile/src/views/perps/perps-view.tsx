import { formats } from "../../format/formats.ts";
import type { ViewProps } from "../../page-state.ts";
import { Figure, Figures } from "../../parts/figure.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { StackedBar } from "../../parts/stacked-bar.tsx";
import { Card, View } from "../../parts/view.tsx";
import { basisWords, entropyWords, fundingWords, zScoreWords } from "./perps-words.ts";
import "./perps-view.css";

/** Funding, positioning and size of the perpetuals. */
export function PerpsView({ snapshot, nowS }: ViewProps) {
  const { perps, missing } = snapshot;
  return (
    <View name="perps" title="Perpetuals">
      <SectionNote snapshot={snapshot} section="perps" nowS={nowS} />
      <div class="perps-cards">
        <Card title="Funding, what longs pay to shorts">
          <Figures>
            <Figure
              path="perps.funding_rate"
              label="All, per 8 h"
              missing={missing}
              value={perps.funding_rate}
              format={fundingPercent}
              signed
              note={perps.funding_rate === null ? "" : fundingWords(perps.funding_rate)}
            />
            <Figure
              path="perps.funding_rate_btc"
              label="Bitcoin, per 8 h"
              missing={missing}
              value={perps.funding_rate_btc}
              format={fundingPercent}
              signed
              note={perps.funding_rate_btc === null ? "" : fundingWords(perps.funding_rate_btc)}
            />
            <Figure
              path="perps.funding_zscore"
              label="Bitcoin's z-score"
              missing={missing}
              value={perps.funding_zscore}
              format={formats.signedNumber}
              note={perps.funding_zscore === null ? "" : zScoreWords(perps.funding_zscore)}
            />
          </Figures>
        </Card>
        <Card title="Accounts of BTC, ETH and SOL">
          {perps.long_pct !== null && perps.short_pct !== null && (
            <StackedBar
              parts={[
                { name: "long", size: perps.long_pct, tone: "long" },
                { name: "short", size: perps.short_pct, tone: "short" },
              ]}
            />
          )}
          <Figures>
            <Figure
              path="perps.long_pct"
              label="▲ Long"
              missing={missing}
              value={perps.long_pct}
              format={formats.percent}
            />
            <Figure
              path="perps.short_pct"
              label="▼ Short"
              missing={missing}
              value={perps.short_pct}
              format={formats.percent}
            />
            <Figure
              path="perps.ls_entropy"
              label="Entropy, 1 is even"
              missing={missing}
              value={perps.ls_entropy}
              format={(entropy) => formats.number(entropy, 3)}
              note={perps.ls_entropy === null ? "" : entropyWords(perps.ls_entropy)}
            />
          </Figures>
        </Card>
        <Card title="Price against the index">
          <Figures>
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
        <Card title="Size">
          <Figures>
            <Figure
              path="perps.open_interest"
              label="Open interest, one side"
              missing={missing}
              value={perps.open_interest}
              format={formats.usd}
            />
            <Figure
              path="perps.volume_24h"
              label="Volume, 24 h"
              missing={missing}
              value={perps.volume_24h}
              format={formats.usd}
            />
            <Figure
              path="perps.contract_count"
              label="Contracts"
              missing={missing}
              value={perps.contract_count}
              format={formats.count}
            />
            <Figure
              path="perps.dex_share"
              label="Share of decentralised exchanges"
              missing={missing}
              value={perps.dex_share}
              format={formats.share}
            />
          </Figures>
        </Card>
      </div>
    </View>
  );
}

/** A fraction as signed percent: funding is small, so four decimals. */
function fundingPercent(rate8h: number): string {
  return formats.signedPercent(rate8h * 100, 4);
}
