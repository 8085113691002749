import type { Timeline, Violation } from "../contracts.mts";
import { type Answer, machineDelayMs, type Observations } from "./observations.mts";
import { overlaps, serverAwaySpans, since, uncoveredMs } from "./spans.mts";
import { violationsOf } from "./violations.mts";

/** Each request is answered within this, ms. */
const PROMPT_MS = 1_000;

/**
 * I1, first part: while the server's process runs and is not stopped, each request has a whole answer within 1 s. The time in which it was
 * stopped or starting does not count, and a request that reaches into such a time may fail. The longest delay that the bare server
 * had while the request was on its way is the machine's, and is taken off.
 */
export function judgePromptness({ answers, bare }: Observations, timeline: Timeline): readonly Violation[] {
  const away = serverAwaySpans(timeline);
  const originMs = answers[0]?.sentMs ?? 0;
  const sentences = answers.flatMap((answer): readonly string[] => {
    const { path, sentMs, endMs, error } = answer;
    const span = { fromMs: sentMs, toMs: endMs };
    const name = `${path}, asked ${since(originMs, sentMs)} after the first request`;
    if (error !== null) {
      return away.some((each) => overlaps(each, span)) ? [] : [`${name}: no whole answer: ${error}`];
    }
    const thereMs = uncoveredMs(span, away);
    const tookMs = thereMs > PROMPT_MS ? thereMs - machineDelayMs(bare, sentMs, endMs) : 0;
    return tookMs > PROMPT_MS
      ? [`${name}: answered after ${Math.round(tookMs)} ms beyond the machine's own delay`]
      : [];
  });
  return violationsOf("I1", sentences);
}

/** "4012 answers: p50 1 ms, p99 4 ms, max 31 ms; bare server: p50 1 ms, p99 3 ms, max 12 ms". Without those the server was away for. */
export function describePromptness({ answers, bare }: Observations, timeline: Timeline): string {
  const away = serverAwaySpans(timeline);
  const whileThere = answers.filter(
    ({ sentMs, endMs, error }: Answer) =>
      error === null && !away.some((each) => overlaps(each, { fromMs: sentMs, toMs: endMs })),
  );
  return `I1: ${whileThere.length} answers: ${quantiles(whileThere)}; bare server: ${quantiles(bare)}`;
}

function quantiles(requests: readonly { readonly sentMs: number; readonly endMs: number }[]): string {
  const times = requests.map(({ sentMs, endMs }) => endMs - sentMs).toSorted((a, b) => a - b);
  const at = (share: number): string =>
    (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`;
}
