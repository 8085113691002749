import { candlesFromRows, scoreCandles, TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from "@pulseboard/engine";
import type { AnalysisDocument } from "@pulseboard/snapshot";
import { CANDLE_RULES, usableCandles } from "./candle-rules.mts";
import type { Mismatch } from "./figures.mts";
import { candleRows } from "./ledger-candles.mts";
import type { MarketLedger } from "./market-ledger.mts";
import { newest, type OwnCandles, squash, total } from "./own-indicators.mts";
import { compareReading, type Expected, ruleOf } from "./rule-readings.mts";

const DAY_MS = 86_400_000;
/** They rest on events of many kinds, and are written only once: the engine computes them again from the ledger's candles. */
const EVENT_RULES = ["structure_breaks", "support_resistance", "order_blocks", "fair_value_gaps"];

type Rows = readonly (readonly number[])[];
type Analysis = Pick<AnalysisDocument, "symbol" | "inputs" | "components">;

/** What the ledger's candles give; worked out once for all analyses with the same candles. */
interface CandleReadings {
  readonly rows: Rows;
  readonly candles: OwnCandles | null;
  readonly byRule: ReadonlyMap<string, Expected>;
}

const known = new WeakMap<object, Map<string, unknown>>();

function once<T>(ledger: object, key: string, make: () => T): T {
  const values = known.get(ledger) ?? new Map<string, unknown>();
  known.set(ledger, values);
  if (!values.has(key)) {
    values.set(key, make());
  }
  return values.get(key) as T;
}

/** The rules that rest on candles alone, with their figures: those of the ledger's closed candles. */
export function checkCandleRules(analysis: Analysis, ledger: Pick<MarketLedger, "answer">): readonly Mismatch[] {
  const all = new Map(TIMEFRAMES.map((timeframe) => [timeframe, candlesOf(analysis, timeframe, ledger)]));
  return [
    ...TIMEFRAMES.flatMap((timeframe) => checkTimeframe(analysis, timeframe, all.get(timeframe) ?? null)),
    ...checkWholeDay(analysis, all.get("5m")?.candles ?? null, all.get("30m")?.candles ?? null),
    ...checkEvents(analysis, all, ledger),
  ];
}

/** The ledger's candles that the analysis says it was made of; null where it had none to use. */
export function candlesOf(
  { symbol, inputs }: Analysis,
  timeframe: Timeframe,
  ledger: Pick<MarketLedger, "answer">,
): CandleReadings | null {
  const input = inputs.find((each) => each.input === `candles_${timeframe}`);
  if (input === undefined || input.as_of === null || input.reason !== null) {
    return null;
  }
  const { count } = input;
  const closedMs = input.as_of * 1000;
  return once(ledger, `${symbol} ${timeframe} ${closedMs} ${count}`, () => {
    const rows = candleRows(ledger, symbol, { timeframe, closedMs, count });
    const candles = usableCandles(rows);
    const byRule = new Map(
      candles === null ? [] : CANDLE_RULES.map(([component, rule, read]) => [`${component}.${rule}`, read(candles)]),
    );
    return { rows, candles, byRule };
  });
}

function checkTimeframe(
  analysis: Analysis,
  timeframe: Timeframe,
  readings: CandleReadings | null,
): readonly Mismatch[] {
  return CANDLE_RULES.flatMap(([component, rule]): readonly Mismatch[] => {
    const shown = ruleOf(analysis, component, rule)?.timeframes;
    // One minute is too short for structure.
    if (shown !== undefined && shown[timeframe] === undefined && component === "price_structure") {
      return [];
    }
    const name = `analysis of ${analysis.symbol}: ${component}.${rule} of ${timeframe}`;
    return compareReading(name, shown?.[timeframe], readings?.byRule.get(`${component}.${rule}`) ?? null);
  });
}

/** The rules on the volume of the rolling 24 h. */
function checkWholeDay(analysis: Analysis, candles: OwnCandles | null, slower: OwnCandles | null): readonly Mismatch[] {
  const at = (rule: string): string => `analysis of ${analysis.symbol}: volume.${rule}`;
  const shown = (rule: string) => ruleOf(analysis, "volume", rule);
  if (candles === null) {
    return ["vwap", "volume_profile"].flatMap((rule) => compareReading(at(rule), shown(rule), null));
  }
  const first = candles.timeMs.findIndex((timeMs) => timeMs > newest(candles.timeMs) - DAY_MS);
  const [typical, volume] = [candles.typical.slice(first), candles.volume.slice(first)];
  const traded = total(volume);
  const weighed = (figure: (value: number) => number) =>
    total(typical.map((value, index) => figure(value) * (volume[index] ?? 0))) / traded;
  const price = newest(candles.close);
  const vwap = weighed((value) => value);
  const distance = (price - vwap) / (Math.sqrt(weighed((value) => (value - vwap) ** 2)) + candles.softening);
  const expected = { signal: squash(distance, 1.5), figures: { vwap, distance } };
  const [below, above] = [1, -1].map((side) =>
    slower === null ? Number.NaN : weighed((value) => squash(Math.max(0, side * (price - value)), slower.atr)),
  ) as [number, number];
  const profile = { signal: below - above, figures: { weight_below: below, weight_above: above } };
  return [
    ...compareReading(at("vwap"), shown("vwap"), expected),
    ...compareReading(at("volume_profile"), shown("volume_profile"), profile),
  ];
}

function checkEvents(
  analysis: Analysis,
  all: ReadonlyMap<Timeframe, CandleReadings | null>,
  ledger: object,
): readonly Mismatch[] {
  return [...all].flatMap(([timeframe, readings]): readonly Mismatch[] => {
    if (readings === null || ruleOf(analysis, "price_structure", "order_blocks")?.timeframes[timeframe] === undefined) {
      return [];
    }
    const { rows } = readings;
    const closedMs = (rows.at(-1)?.[0] ?? 0) + TIMEFRAME_MS[timeframe];
    const exact = once(ledger, `events ${analysis.symbol} ${timeframe} ${closedMs} ${rows.length}`, () => {
      const candles = candlesFromRows(rows, TIMEFRAME_MS[timeframe], closedMs);
      return scoreCandles({ symbol: analysis.symbol, nowMs: closedMs, candles: { [timeframe]: candles } });
    });
    const structure = exact.components.find(({ component }) => component === "price_structure");
    return EVENT_RULES.flatMap((rule) => {
      const right = structure?.rules
        .find((each) => each.rule === rule)
        ?.timeframes.find((part) => part.timeframe === timeframe);
      const expected =
        right?.signal == null
          ? null
          : {
              signal: right.signal,
              figures: Object.fromEntries(right.figures.map(({ name, value }) => [name, value])),
            };
      const name = `analysis of ${analysis.symbol}: price_structure.${rule} of ${timeframe}`;
      return compareReading(name, ruleOf(analysis, "price_structure", rule)?.timeframes[timeframe], expected);
    });
  });
}
