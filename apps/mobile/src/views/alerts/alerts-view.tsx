import type { Alert } from "@pulseboard/snapshot";
import { formatRoughAge } from "../../format/age.ts";
import { formats } from "../../format/formats.ts";
import { regimeWords } from "../../parts/regime-words.ts";
import { marketNowS } from "../../parts/section-age.ts";
import { SymbolLink } from "../../parts/symbol-link.tsx";
import { useLoaded } from "../../parts/use-loaded.ts";
import { View } from "../../parts/view.tsx";
import type { ViewProps } from "../view-props.ts";
import "./alerts-view.css";

/** Alerts, newest first: scores that crossed a threshold, and changes of regime. */
export function AlertsView({ snapshot, nowS, actions }: ViewProps) {
  const { value: alerts, failure, fromDevice } = useLoaded(actions.loadAlerts, snapshot.sequence);
  return (
    <View name="alerts" title="Alerts">
      {failure !== null && <p class="alerts-words">The alerts could not be loaded. {failure}</p>}
      {fromDevice && <p class="alerts-words">The server cannot be reached. These alerts were saved on this device.</p>}
      {alerts === null ? (
        failure === null && <p class="alerts-words">Loading alerts…</p>
      ) : (
        <AlertList alerts={alerts} marketS={marketNowS(snapshot, nowS)} />
      )}
    </View>
  );
}

interface AlertListProps {
  readonly alerts: readonly Alert[];
  /** Market time, Unix seconds. */
  readonly marketS: number;
}

function AlertList({ alerts, marketS }: AlertListProps) {
  if (alerts.length === 0) {
    return (
      <p class="alerts-words">
        No alerts yet. One appears when a score rises to 65 or more or falls to 35 or less, and when the market regime
        changes.
      </p>
    );
  }
  return (
    <ul class="alerts">
      {alerts.map((alert) => (
        <AlertEntry key={alert.id} alert={alert} marketS={marketS} />
      ))}
    </ul>
  );
}

function AlertEntry({ alert, marketS }: { readonly alert: Alert; readonly marketS: number }) {
  const { unix_timestamp: atS } = alert;
  return (
    <li class="alert" data-alert={alert.id}>
      {alert.alert_type === "signal" ? <SignalWords alert={alert} /> : <RegimeWords alert={alert} />}
      <p class="alert-time">
        <time dateTime={new Date(atS * 1000).toISOString()}>{formats.dateTime(atS)}</time>,{" "}
        {formatRoughAge(marketS - atS)} ago
      </p>
    </li>
  );
}

function SignalWords({ alert }: { readonly alert: Extract<Alert, { alert_type: "signal" }> }) {
  const { direction, score, threshold, reliability, price } = alert.details;
  const isUp = direction === "bullish";
  return (
    <>
      <span class={`alert-sign ${isUp ? "long" : "short"}`} aria-hidden="true">
        {isUp ? "▲" : "▼"}
      </span>
      <p class="alert-words">
        <SymbolLink symbol={alert.symbol} /> is pushing {isUp ? "up" : "down"}: its score {isUp ? "rose" : "fell"}{" "}
        through {formats.count(threshold)} to {formats.score(score)}.
      </p>
      <p class="alert-detail">
        At {formats.price(price)} USD, reliability {formats.share(reliability)}
      </p>
    </>
  );
}

function RegimeWords({ alert }: { readonly alert: Extract<Alert, { alert_type: "regime_change" }> }) {
  const { from, to } = alert.details;
  const words = regimeWords(to, "not told");
  const meaning = words === null ? "" : `${words.categoryMeaning} ${words.labelMeaning}`.trim();
  return (
    <>
      <span class="alert-sign" aria-hidden="true">
        ◆
      </span>
      <p class="alert-words">
        The regime went from {from} to <b>{to}</b>.
      </p>
      {meaning !== "" && <p class="alert-detail">{meaning}</p>}
    </>
  );
}
