import { METHOD_VERSION } from "@pulseboard/engine";
import { ALERTS_LIMIT, type Alert, type AnalysisFields, UNKNOWN_REGIME } from "@pulseboard/snapshot";
import type { AlertMemory } from "../state/market-state.ts";

/** The published scores and the shown regime of one refresh. */
export interface AlertInput {
  /** Market time, Unix seconds. */
  readonly nowS: number;
  /** Only the symbols that this refresh has scored. */
  readonly scored: readonly Pick<AnalysisFields, "symbol" | "score" | "reliability" | "price">[];
  /** "Category: Label", or UNKNOWN. */
  readonly regime: string;
}

export const NO_ALERTS: AlertMemory = { alerts: [], zones: {}, regime: { current: null, candidate: null } };

const BULLISH_FROM = 65;
const BEARISH_UP_TO = 35;
/** A score must come back this far over a threshold before it can cross it again, so that noise gives no alerts. */
const HYSTERESIS_POINTS = 3;
/** The least time between two signals of one symbol. */
const COOL_DOWN_S = 3_600;
/** A symbol that was not scored for this long counts as new when it comes back. Its score's history ends then, too. */
const FORGOTTEN_AFTER_S = 21_600;

type Zone = AlertMemory["zones"][string];

/**
 * The alerts after one more refresh: a signal for each score that crosses 65 upwards or 35 downwards, and a change of
 * regime once two refreshes in a row have shown it. The first score of a symbol crosses nothing, and the first regime
 * changes nothing. A crossing during the cool-down is reported afterwards, if the score is still there.
 */
export function nextAlerts(before: AlertMemory, { nowS, scored, regime }: AlertInput): AlertMemory {
  // Market time stands still or went back a little: an alert now would be out of order.
  if (nowS <= (before.alerts[0]?.unix_timestamp ?? 0)) {
    return before;
  }
  const zones: Record<string, Zone> = {};
  for (const [symbol, zone] of Object.entries(before.zones)) {
    if (nowS - zone.last_seen < FORGOTTEN_AFTER_S) {
      zones[symbol] = zone;
    }
  }
  const alerts: Alert[] = [];
  for (const row of scored) {
    const known = zones[row.symbol];
    const isCoolingDown = nowS - (known?.last_signal ?? Number.NEGATIVE_INFINITY) < COOL_DOWN_S;
    const reached = zoneOf(row.score, known?.zone ?? "neutral");
    const isCrossing = known !== undefined && reached !== known.zone && reached !== "neutral";
    const isReported = isCrossing && !isCoolingDown;
    if (isReported) {
      alerts.push(signalAlert(row, reached, nowS));
    }
    zones[row.symbol] = {
      zone: isCrossing && isCoolingDown ? "neutral" : reached,
      last_seen: nowS,
      last_signal: isReported ? nowS : (known?.last_signal ?? null),
    };
  }
  const next = nextRegime(before.regime, regime);
  if (next.changed !== null) {
    alerts.unshift(regimeAlert(next.changed.from, next.changed.to, nowS));
  }
  return { alerts: [...alerts, ...before.alerts].slice(0, ALERTS_LIMIT), zones, regime: next.regime };
}

/** The zone of a score that was in `from` before. By the hysteresis it leaves a zone later than it enters it. */
function zoneOf(score: number, from: Zone["zone"]): Zone["zone"] {
  if (score >= BULLISH_FROM - (from === "bullish" ? HYSTERESIS_POINTS : 0)) {
    return "bullish";
  }
  return score <= BEARISH_UP_TO + (from === "bearish" ? HYSTERESIS_POINTS : 0) ? "bearish" : "neutral";
}

function signalAlert(
  { symbol, score, reliability, price }: AlertInput["scored"][number],
  direction: "bullish" | "bearish",
  nowS: number,
): Alert {
  const threshold = direction === "bullish" ? BULLISH_FROM : BEARISH_UP_TO;
  const [crossed, pushing] =
    direction === "bullish"
      ? [`risen to ${threshold} or above`, "pushing up"]
      : [`fallen to ${threshold} or below`, "pushing down"];
  return {
    method_version: METHOD_VERSION,
    id: `signal:${symbol}:${nowS}`,
    alert_type: "signal",
    level: "info",
    symbol,
    message: `${symbol} has ${crossed}: its score is ${score.toFixed(2)} (${pushing})`,
    timestamp: nowS,
    unix_timestamp: nowS,
    details: { direction, score, threshold, reliability, price },
  };
}

interface RegimeStep {
  readonly regime: AlertMemory["regime"];
  readonly changed: { readonly from: string; readonly to: string } | null;
}

/** A regime changes once two snapshots in a row have shown the new one; an unknown one in between changes nothing. */
function nextRegime({ current, candidate }: AlertMemory["regime"], seen: string): RegimeStep {
  if (seen === UNKNOWN_REGIME || seen === current) {
    return { regime: { current, candidate: null }, changed: null };
  }
  if (current === null) {
    return { regime: { current: seen, candidate: null }, changed: null };
  }
  if (seen !== candidate) {
    return { regime: { current, candidate: seen }, changed: null };
  }
  return { regime: { current: seen, candidate: null }, changed: { from: current, to: seen } };
}

function regimeAlert(from: string, to: string, nowS: number): Alert {
  return {
    method_version: METHOD_VERSION,
    id: `regime_change:${nowS}`,
    alert_type: "regime_change",
    level: "warning",
    symbol: null,
    message: `The market has changed from "${from}" to "${to}"`,
    timestamp: nowS,
    unix_timestamp: nowS,
    details: { from, to },
  };
}
