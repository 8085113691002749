import { Figures } from "../../parts/figure.tsx";
import { AccountsBar, Basis, FundingRate, LongAccounts, ShortAccounts } from "../../parts/perps-figures.tsx";
import { SectionNote } from "../../parts/section-note.tsx";
import { Card } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";

/** The four figures of the perpetuals that say most about the market; their own view has the others. */
export function PerpetualsCard({ snapshot, nowS }: Pick<ViewProps, "snapshot" | "nowS">) {
  const shared = { perps: snapshot.perps, missing: snapshot.missing };
  return (
    <Card title="Perpetuals">
      <SectionNote snapshot={snapshot} section="perps" nowS={nowS} />
      <AccountsBar perps={snapshot.perps} />
      <Figures>
        <LongAccounts {...shared} />
        <ShortAccounts {...shared} />
        <FundingRate {...shared} />
        <Basis {...shared} />
      </Figures>
    </Card>
  );
}
