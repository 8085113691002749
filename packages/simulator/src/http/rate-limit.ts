import type { Clock } from "@pulseboard/runtime";

export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

export type Admission = "admitted" | "banned";

/**
 * The exchange's limit per address: more than `requests` within `windowMs` and the address is banned for `banMs`,
 * whatever it does in the meantime. Wall time, not market time.
 */
export class AddressLimiter {
  readonly #limit: RateLimit;
  readonly #banMs: number;
  readonly #clock: Clock;
  readonly #recent = new Map<string, number[]>();
  readonly #bannedUntilMs = new Map<string, number>();
  #bansGiven = 0;
  #requestsDuringBan = 0;
  #peak = 0;

  constructor(limit: RateLimit, banMs: number, clock: Clock) {
    this.#limit = limit;
    this.#banMs = banMs;
    this.#clock = clock;
  }

  /** Counts one request of the address and says whether it may have an answer. */
  admit(address: string): Admission {
    const nowMs = this.#clock.monotonicMs();
    const recent = this.#countIn(address, nowMs);
    if (nowMs < (this.#bannedUntilMs.get(address) ?? -Infinity)) {
      this.#requestsDuringBan += 1;
      return "banned";
    }
    if (recent <= this.#limit.requests) {
      return "admitted";
    }
    this.#bannedUntilMs.set(address, nowMs + this.#banMs);
    this.#bansGiven += 1;
    // A new start after the ban: what led to it does not count again.
    this.#recent.set(address, []);
    return "banned";
  }

  stats() {
    const nowMs = this.#clock.monotonicMs();
    const untilMs = Math.max(nowMs, ...this.#bannedUntilMs.values());
    return {
      peak: this.#peak,
      bansGiven: this.#bansGiven,
      requestsDuringBan: this.#requestsDuringBan,
      banEndsInMs: Math.round(untilMs - nowMs),
    };
  }

  #countIn(address: string, nowMs: number): number {
    const recent = this.#recent.get(address) ?? [];
    this.#recent.set(address, recent);
    recent.push(nowMs);
    const from = recent.findIndex((timeMs) => timeMs > nowMs - this.#limit.windowMs);
    recent.splice(0, from);
    this.#peak = Math.max(this.#peak, recent.length);
    return recent.length;
  }
}
