import type { Check, CheckSection } from "../../operator/checks.ts";
import { judge } from "./assumption.ts";
import { CANDLE_ASSUMPTIONS } from "./candles.ts";
import { CONTRACT_ASSUMPTIONS } from "./contracts.ts";
import { ENVELOPE_ASSUMPTIONS } from "./envelope.ts";
import { FLOW_ASSUMPTIONS } from "./flows.ts";
import type { Gathered } from "./gather.ts";
import { TICKER_ASSUMPTIONS } from "./tickers.ts";
import { TRADE_ASSUMPTIONS } from "./trades.ts";

const GROUPS = [
  { title: "answers", assumptions: ENVELOPE_ASSUMPTIONS },
  { title: "contracts", assumptions: CONTRACT_ASSUMPTIONS },
  { title: "tickers", assumptions: TICKER_ASSUMPTIONS },
  { title: "candles", assumptions: CANDLE_ASSUMPTIONS },
  { title: "book and series", assumptions: FLOW_ASSUMPTIONS },
  { title: "trades", assumptions: TRADE_ASSUMPTIONS },
] as const;

/** Compares every assumption with what the exchange answered; first, whether it answered at all. */
export function checkAssumptions(gathered: Gathered): readonly CheckSection[] {
  const asked = { title: "exchange", checks: [askedCheck(gathered)] };
  const sections = GROUPS.map(({ title, assumptions }) => ({
    title,
    checks: assumptions.map((assumption) => judge(assumption, gathered)),
  }));
  return [asked, ...sections];
}

function askedCheck({ stopped, requests }: Gathered): Check {
  const name = "asked";
  if (stopped === null) {
    return { name, verdict: "ok", seen: `${requests} requests` };
  }
  return {
    name,
    verdict: stopped.isAnswer ? "failed" : "unknown",
    seen: `stopped after request ${requests}: ${stopped.reason}`,
    expected: "it answers, and asks for no pause",
    cure: "Run pulseboard doctor, which names the cause; before you ask again, wait for the end of a pause.",
  };
}
