import { View } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import { BreadthCard } from "./breadth-card.tsx";
import { CapitalCard } from "./capital-card.tsx";
import { MoodCard } from "./mood-card.tsx";
import { PerpetualsCard } from "./perpetuals-card.tsx";
import { RegimeCard } from "./regime-card.tsx";
import { SessionChangesPanel } from "./session-changes-panel.tsx";
import { VolatilityCard } from "./volatility-card.tsx";
import "./market-view.css";

/** The market at a glance: its regime first, then the figures behind it. */
export function MarketView({ snapshot, changes, nowS }: ViewProps) {
  const shared = { snapshot, nowS };
  return (
    <View name="market" title="Market">
      <div class="market-cards">
        <RegimeCard {...shared} />
        {changes !== null && <SessionChangesPanel changes={changes} nowS={nowS} />}
        <BreadthCard {...shared} />
        <VolatilityCard {...shared} />
        <CapitalCard {...shared} />
        <MoodCard {...shared} />
        <PerpetualsCard {...shared} />
      </div>
    </View>
  );
}
