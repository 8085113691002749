import type { Clock } from "@pulseboard/runtime";
import { ExchangeError, type ExchangeErrorCode } from "../errors/exchange-error.ts";
import type { AnswerTime } from "../gateway/exchange-api.ts";

/** By more than this from the time that is due, an answer is of another time: servers agree to the second. */
const TOLERANCE_MS = 60_000;
/** Answers about symbols come in any order; a server that is further behind than this lags. */
const SYMBOL_TOLERANCE_MS = 10_000;
/** After this many periods without a newer time the exchange counts as frozen. */
const FROZEN_AFTER_PERIODS = 2;
const SECOND_MS = 1000;

export interface MarketTimeDurations {
  /** Answers that are behind the known time, but agree with each other for this long, show that the known time was wrong. */
  readonly wrongTimeMs: number;
}

export interface MarketTimeOptions {
  /** Whether answers come from the simulator, whose market can begin again and run at any speed. */
  readonly simulated: boolean;
  readonly refreshPeriodMs: number;
  readonly clock: Clock;
  readonly durations: MarketTimeDurations;
  /** Called when market time has gone back for good: nothing that was collected before belongs to this market. */
  readonly onNewMarket: () => void;
}

/**
 * Judges each answer by the exchange's own time in it. Time that passes here is measured by the monotonic clock, and never
 * compared with the exchange's by the wall clock.
 */
export interface MarketTime {
  /**
   * Takes the time of an answer about the whole market as the market time.
   *
   * @throws ExchangeError exchange_frozen for a time that has not moved for two periods, or that another process has published and
   * this one has not seen before; exchange_lagging for one that is behind the known time; exchange_wrong_time for the first that is
   * over 60 s ahead of what is due, or that no answer before it agrees with
   */
  advance(endpoint: string, time: AnswerTime): void;
  /**
   * Notes the time of an answer that is not about a moment of the market. Before a time is known, the first answer that is must agree
   * with one of these, to 60 s, or with another of its kind: one wrong first answer would be published, and make all others late.
   */
  note(time: AnswerTime): void;
  /**
   * Takes the market time that an earlier process, or another one, has published, in ms, or in whole seconds where only those are
   * known: what is before it lags, and what is no newer is frozen.
   */
  continueFrom(timeMs: number): void;
  /** @throws ExchangeError exchange_lagging for an answer about a symbol from a server that is behind */
  check(endpoint: string, time: AnswerTime): void;
}

/** A time of the market, and when it was first seen, monotonic. */
interface Seen {
  readonly timeMs: number;
  readonly atMs: number;
}

export function createMarketTime(options: MarketTimeOptions): MarketTime {
  const { simulated, refreshPeriodMs, clock, durations, onNewMarket } = options;
  let known: Seen | null = null;
  /** Of another process: nobody here knows how long ago that was, so that it says nothing about what is due now. */
  let publishedMs = 0;
  /** Before a time is known, what the answers have said so far. */
  let noted: readonly Seen[] = [];
  /** The last time that was too far ahead. */
  let ahead: Seen | null = null;
  /** The first of the answers far behind the known time that agree with each other. */
  let behind: Seen | null = null;

  const take = (timeMs: number, atMs: number): void => {
    known = { timeMs, atMs };
    publishedMs = Math.min(publishedMs, timeMs);
    noted = [];
    ahead = null;
    behind = null;
  };

  const follows = (seen: Seen | null, { timeMs, marketSpeed }: AnswerTime, nowMs: number): boolean =>
    seen !== null && Math.abs(timeMs - seen.timeMs - (nowMs - seen.atMs) * marketSpeed) <= TOLERANCE_MS;

  /** Whether the known time was the wrong one. A copy that never changes does not agree with itself: time must move. */
  const isKnownWrong = (time: AnswerTime, nowMs: number): boolean => {
    if (!follows(behind, time, nowMs)) {
      behind = { timeMs: time.timeMs, atMs: nowMs };
    }
    return behind !== null && nowMs - behind.atMs >= durations.wrongTimeMs;
  };

  /**
   * Whether another process has made news of this answer before. Nobody here knows how long ago, so that it is refused at once. One
   * that this process has seen before is measured by its own clock.
   *
   * The time of the other is compared to the millisecond: two workers that take turns ask one after the other, so that their times
   * differ even within a second. A process at its first answer also takes whole seconds for rounded ones (memcached holds no
   * others): it asks seconds after the publication of the one before it, so that the same second is the same answer.
   */
  const isOldNews = ({ timeMs, marketSpeed }: AnswerTime): boolean => {
    const isRounded = known === null && publishedMs % SECOND_MS === 0;
    const publishedUntilMs = isRounded ? publishedMs + SECOND_MS - 1 : publishedMs;
    return marketSpeed > 0 && timeMs <= publishedUntilMs && timeMs !== known?.timeMs;
  };

  return {
    advance: (endpoint, time) => {
      const { timeMs, marketSpeed } = time;
      const nowMs = clock.monotonicMs();
      const backMs = Math.max(known?.timeMs ?? 0, publishedMs) - timeMs;
      if (backMs > TOLERANCE_MS && (simulated || isKnownWrong(time, nowMs))) {
        take(timeMs, nowMs);
        onNewMarket();
        return;
      }
      if (backMs > 0) {
        throw refused("exchange_lagging", endpoint, `it is ${seconds(backMs)} behind the last one`);
      }
      if (isOldNews(time)) {
        throw refused("exchange_frozen", endpoint, "it is that of what was published before");
      }
      if (known === null) {
        const isAlone = noted.length > 0 && !noted.some((seen) => follows(seen, time, nowMs));
        if (isAlone && marketSpeed > 0) {
          noted = [...noted, { timeMs, atMs: nowMs }];
          throw refused("exchange_wrong_time", endpoint, "the answers before it are of another time");
        }
        take(timeMs, nowMs);
        return;
      }
      const sinceMs = nowMs - known.atMs;
      if (timeMs === known.timeMs) {
        if (marketSpeed > 0 && sinceMs >= FROZEN_AFTER_PERIODS * refreshPeriodMs) {
          throw refused("exchange_frozen", endpoint, `it has been the same for ${seconds(sinceMs)}`);
        }
        return;
      }
      const aheadMs = timeMs - known.timeMs - sinceMs * marketSpeed;
      // A market that stands still is moved by hand.
      if (marketSpeed > 0 && aheadMs > TOLERANCE_MS && !follows(ahead, time, nowMs)) {
        ahead = { timeMs, atMs: nowMs };
        throw refused("exchange_wrong_time", endpoint, `it is ${seconds(aheadMs)} ahead`);
      }
      take(timeMs, nowMs);
    },
    note: ({ timeMs }) => {
      if (known === null) {
        noted = [{ timeMs, atMs: clock.monotonicMs() }];
      }
    },
    continueFrom: (timeMs) => {
      publishedMs = Math.max(publishedMs, timeMs);
    },
    check: (endpoint, { timeMs }) => {
      const backMs = known === null ? 0 : known.timeMs - timeMs;
      if (backMs > SYMBOL_TOLERANCE_MS) {
        throw refused("exchange_lagging", endpoint, `it is ${seconds(backMs)} behind the market's`);
      }
    },
  };
}

function refused(code: ExchangeErrorCode, endpoint: string, reason: string): ExchangeError {
  return new ExchangeError({
    code,
    endpoint,
    message: `The exchange's time in its answer to ${endpoint} is wrong: ${reason}.`,
  });
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
