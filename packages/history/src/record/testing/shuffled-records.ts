import { createRandom, type Random } from "@pulseboard/testing/random";
import { claimOf } from "../claims.ts";
import { gatesByDay } from "../gate.ts";
import { type DaySum, estimateRatio } from "../ratio-estimate.ts";
import { RECORD_METHOD } from "../record-method.ts";

/**
 * Records without any truth in them: returns of a made market, with scores that are made of its past, whose symbols are shuffled anew
 * each day. What a record claims of them, it claims wrongly.
 */

const DAYS = 180;
const SYMBOLS = 50;
const MOMENTS = DAYS * 96;
/** Quarters of an hour. */
const AHEAD = { "1h": 4, "4h": 16 } as const;
const LINE = 65;

interface Market {
  /** By moment and symbol: ranks of the outlook, and of relative returns, each less its mean and divided so that their product is a correlation. */
  readonly outlook: Float64Array;
  readonly returns: Readonly<Record<"1h" | "4h", Float64Array>>;
  /** 1, .5 or 0. */
  readonly beat: Float64Array;
  /** By moment: the symbols whose score is beyond the line; none at a moment with more than half of them. */
  readonly beyond: readonly (readonly number[])[];
}

export interface ShuffledShares {
  /** Of the records: the named figure claims a difference at least once. */
  readonly claimed: number;
  /** Of all days of all records: the outlook is shown. */
  readonly shown: Readonly<Record<"1h" | "4h", number>>;
}

export function shuffledRecords(records: number, seed: number): ShuffledShares {
  const random = createRandom(seed);
  const market = makeMarket(random);
  let claimed = 0;
  const shown = { "1h": 0, "4h": 0 };
  for (let record = 0; record < records; record += 1) {
    const days = shuffledDays(market, random);
    claimed += claimsEver(days.named) ? 1 : 0;
    for (const horizon of ["1h", "4h"] as const) {
      const { minimumDays } = RECORD_METHOD.horizons[horizon];
      shown[horizon] += gatesByDay(days[horizon], horizon, minimumDays).filter((gate) => gate.shown).length;
    }
  }
  const allDays = records * DAYS;
  return { claimed: claimed / records, shown: { "1h": shown["1h"] / allDays, "4h": shown["4h"] / allDays } };
}

/** Looked at on each day, over all days up to it. */
function claimsEver(days: readonly DaySum[]): boolean {
  const { lagDays, minimumDays } = RECORD_METHOD.horizons["1h"];
  return days.some((_, index) => {
    const estimate = estimateRatio(days.slice(0, index + 1), lagDays);
    return claimOf(estimate, 0.5, RECORD_METHOD.claimAlpha, minimumDays).kind === "difference";
  });
}

function shuffledDays(market: Market, random: Random) {
  const named: DaySum[] = [];
  const correlations = { "1h": [] as DaySum[], "4h": [] as DaySum[] };
  const order = Array.from({ length: SYMBOLS }, (_, symbol) => symbol);
  for (let day = 0; day < DAYS; day += 1) {
    shuffle(order, random);
    let beat = 0;
    let readings = 0;
    const sums = { "1h": 0, "4h": 0 };
    for (let moment = day * 96; moment < (day + 1) * 96; moment += 1) {
      const start = moment * SYMBOLS;
      const beyond = market.beyond[moment] ?? [];
      readings += beyond.length;
      for (const symbol of beyond) {
        beat += market.beat[start + (order[symbol] ?? 0)] ?? 0;
      }
      for (let symbol = 0; symbol < SYMBOLS; symbol += 1) {
        const outlook = market.outlook[start + symbol] ?? 0;
        const other = start + (order[symbol] ?? 0);
        sums["1h"] += outlook * (market.returns["1h"][other] ?? 0);
        sums["4h"] += outlook * (market.returns["4h"][other] ?? 0);
      }
    }
    if (readings > 0) {
      named.push({ day, sum: beat, count: readings });
    }
    correlations["1h"].push({ day, sum: sums["1h"], count: 96 });
    correlations["4h"].push({ day, sum: sums["4h"], count: 96 });
  }
  return { named, ...correlations };
}

function makeMarket(random: Random): Market {
  const total = MOMENTS + AHEAD["4h"];
  // Own moves of a quarter of an hour, now and then large ones; the market's share is taken off by the median anyway.
  const sizes = Array.from({ length: SYMBOLS }, () => 0.002 * Math.exp(0.4 * random.normal()));
  const moves = sizes.map((size) =>
    Float64Array.from({ length: total }, () => size * random.normal() * (random.uniform() < 0.05 ? 3 : 1)),
  );
  const outlook = new Float64Array(MOMENTS * SYMBOLS);
  const beat = new Float64Array(MOMENTS * SYMBOLS);
  const returns = { "1h": new Float64Array(MOMENTS * SYMBOLS), "4h": new Float64Array(MOMENTS * SYMBOLS) };
  const beyond: (readonly number[])[] = [];
  // Fading sums of the past: hours for the score, a day for the outlook.
  const trends = sizes.map(() => ({ hours: 0, day: 0 }));
  let tide = 0;
  for (let moment = 0; moment < MOMENTS; moment += 1) {
    tide = 0.97 * tide + 0.06 * random.normal();
    for (const [symbol, trend] of trends.entries()) {
      const move = (moves[symbol]?.[moment] ?? 0) / (sizes[symbol] ?? 1);
      trend.hours = 0.9 * trend.hours + 0.4 * move;
      trend.day = 0.98 * trend.day + 0.2 * move;
    }
    const scores = trends.map(({ hours }) => 50 + 50 * Math.tanh(0.35 * hours + tide));
    const above = scores.flatMap((score, symbol) => (score >= LINE ? [symbol] : []));
    beyond.push(2 * above.length > SYMBOLS ? [] : above);
    outlook.set(unitRanks(trends.map(({ day }) => -day)), moment * SYMBOLS);
    for (const horizon of ["1h", "4h"] as const) {
      const ahead = moves.map((own) => own.slice(moment + 1, moment + 1 + AHEAD[horizon]).reduce((a, b) => a + b, 0));
      returns[horizon].set(unitRanks(ahead), moment * SYMBOLS);
      if (horizon === "1h") {
        const sorted = ahead.toSorted((a, b) => a - b);
        const median = ((sorted[SYMBOLS / 2 - 1] ?? 0) + (sorted[SYMBOLS / 2] ?? 0)) / 2;
        beat.set(
          ahead.map((value) => (value > median ? 1 : 0)),
          moment * SYMBOLS,
        );
      }
    }
  }
  return { outlook, returns, beat, beyond };
}

/** All values differ. */
function unitRanks(values: readonly number[]): Float64Array {
  const ranks = new Float64Array(values.length);
  const mean = (values.length - 1) / 2;
  const size = Math.sqrt((values.length * (values.length ** 2 - 1)) / 12);
  for (const [rank, place] of values
    .map((_, index) => index)
    .sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
    .entries()) {
    ranks[place] = (rank - mean) / size;
  }
  return ranks;
}

function shuffle(order: number[], random: Random): void {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
}
