import type { Alert } from "@pulseboard/snapshot";
import { useEffect, useState } from "preact/hooks";
import { formatRoughAge } from "../../format/age.ts";
import { formats } from "../../format/formats.ts";
import type { Loaded, ViewProps } from "../../page-state.ts";
import { SymbolLink } from "../../parts/symbol-link.tsx";
import { View } from "../../parts/view.tsx";
import { regimeWords } from "../market/regime-words.ts";
import "./alerts-view.css";

type LoadedAlerts = Loaded<readonly Alert[]>;

/** What happened, newest first: scores that crossed a line, and changes of the regime. */
export function AlertsView({ snapshot, nowS, actions }: ViewProps) {
  const [loaded, setLoaded] = useState<LoadedAlerts | null>(null);
  const { sequence } = snapshot;
  const { loadAlerts } = actions;
  // A new sequence is the reason to load again.
  useEffect(() => {
    let wanted = true;
    const load = async () => {
      const next = await loadAlerts();
      // A failure takes no list away.
      if (wanted) setLoaded((before) => (next.ok || before === null ? next : before));
    };
    void load();
    return () => {
      wanted = false;
    };
  }, [sequence, loadAlerts]);
  return (
    <View name="alerts" title="Alerts">
      <AlertList loaded={loaded} nowS={nowS} />
    </View>
  );
}

function AlertList({ loaded, nowS }: { readonly loaded: LoadedAlerts | null; readonly nowS: number }) {
  if (loaded === null) return <p class="alerts-words">Loading alerts…</p>;
  if (!loaded.ok) return <p class="alerts-words">The alerts could not be loaded. {loaded.reason}</p>;
  if (loaded.value.length === 0) {
    return (
      <p class="alerts-words">
        No alerts yet. One appears when a score reaches 65 or above, or 35 or below, and when the regime of the market
        changes.
      </p>
    );
  }
  return (
    <ul class="alerts">
      {loaded.value.map((alert) => (
        <AlertEntry key={alert.id} alert={alert} nowS={nowS} />
      ))}
    </ul>
  );
}

function AlertEntry({ alert, nowS }: { readonly alert: Alert; readonly nowS: number }) {
  const { unix_timestamp: atS } = alert;
  return (
    <li class="alert" data-alert={alert.id}>
      {alert.alert_type === "signal" ? <SignalWords alert={alert} /> : <RegimeWords alert={alert} />}
      <p class="alert-time">
        <time dateTime={new Date(atS * 1000).toISOString()}>{formats.dateTime(atS)}</time>, {formatRoughAge(nowS - atS)}{" "}
        ago
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
        <SymbolLink symbol={alert.symbol} /> turned {direction}: its score {isUp ? "rose" : "fell"} through{" "}
        {formats.count(threshold)} to {formats.score(score)}.
      </p>
      <p class="alert-detail">
        At {formats.price(price)} USD, reliability {formats.share(reliability)}
      </p>
    </>
  );
}

function RegimeWords({ alert }: { readonly alert: Extract<Alert, { alert_type: "regime_change" }> }) {
  const { from, to } = alert.details;
  return (
    <>
      <span class="alert-sign" aria-hidden="true">
        ◆
      </span>
      <p class="alert-words">
        The regime went from {from} to <b>{to}</b>.
      </p>
      <p class="alert-detail">{regimeWords(to)?.labelMeaning}</p>
    </>
  );
}
