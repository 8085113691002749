import { formats } from "../../format/formats.ts";
import { Figure, Figures } from "../../parts/figure.tsx";
import {
  AccountsBar,
  Basis,
  FundingRate,
  fundingPercent,
  LongAccounts,
  ShortAccounts,
} from "../../parts/perps-figures.tsx";
import { entropyWords, fundingWords, zScoreWords } from "../../parts/perps-words.ts";
import { SectionNote } from "../../parts/section-note.tsx";
import { Card, View } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import "./perps-view.css";

/** Funding, positioning and size of the perpetuals. */
export function PerpsView({ snapshot, nowS }: ViewProps) {
  const { perps, missing } = snapshot;
  const shared = { perps, missing };
  return (
    <View name="perps" title="Perpetuals">
      <SectionNote snapshot={snapshot} section="perps" nowS={nowS} />
      <div class="perps-cards">
        <Card title="Funding and basis">
          <Figures>
            <FundingRate {...shared} />
            <Figure
              path="perps.funding_rate_btc"
              label="Bitcoin funding per 8 h"
              missing={missing}
              value={perps.funding_rate_btc}
              format={fundingPercent}
              signed
              note={perps.funding_rate_btc !== null && fundingWords(perps.funding_rate_btc)}
            />
            <Figure
              path="perps.funding_zscore"
              label="Bitcoin funding z-score"
              missing={missing}
              value={perps.funding_zscore}
              format={formats.signedNumber}
              note={perps.funding_zscore !== null && zScoreWords(perps.funding_zscore)}
            />
            <Basis {...shared} />
          </Figures>
        </Card>
        <Card title="Accounts in BTC, ETH and SOL">
          <AccountsBar perps={perps} />
          <Figures>
            <LongAccounts {...shared} />
            <ShortAccounts {...shared} />
            <Figure
              path="perps.ls_entropy"
              label="Long/short entropy"
              missing={missing}
              value={perps.ls_entropy}
              format={(entropy) => formats.number(entropy, 3)}
              note={perps.ls_entropy !== null && entropyWords(perps.ls_entropy)}
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
