import type { Clock } from "@pulseboard/runtime";

export interface RateLimit {
  readonly requests: number;
  readonly windowMs: number;
}

/** Counts the requests of each address, and bans an address that sends too many. */
export interface AddressLimiter {
  /** Counts one request of the address. False while it is banned. */
  admit(address: string): boolean;
  /** Bans the address from now on, whatever it has sent. */
  ban(address: string): void;
  stats(): {
    readonly peak: number;
    readonly bansGiven: number;
    readonly requestsDuringBan: number;
    readonly banEndsInMs: number;
  };
}

/**
 * The exchange's limit per address: more than `requests` within `windowMs` and the address is banned for `banMs`,
 * whatever it does in the meantime. Wall time, not market time.
 *
 * @param onBan is called as a ban begins
 */
export function createAddressLimiter(
  { requests, windowMs }: RateLimit,
  banMs: number,
  clock: Clock,
  onBan: () => void = () => undefined,
): AddressLimiter {
  const recentOf = new Map<string, number[]>();
  const bannedUntilMs = new Map<string, number>();
  let bansGiven = 0;
  let requestsDuringBan = 0;
  let peak = 0;

  const count = (address: string, nowMs: number): number => {
    const recent = recentOf.get(address) ?? [];
    recentOf.set(address, recent);
    recent.push(nowMs);
    const from = recent.findIndex((timeMs) => timeMs > nowMs - windowMs);
    recent.splice(0, from);
    peak = Math.max(peak, recent.length);
    return recent.length;
  };

  const ban = (address: string, nowMs: number): void => {
    bannedUntilMs.set(address, nowMs + banMs);
    bansGiven += 1;
    onBan();
  };

  return {
    ban: (address) => ban(address, clock.monotonicMs()),
    admit: (address) => {
      const nowMs = clock.monotonicMs();
      const recent = count(address, nowMs);
      if (nowMs < (bannedUntilMs.get(address) ?? -Infinity)) {
        requestsDuringBan += 1;
        return false;
      }
      if (recent <= requests) {
        return true;
      }
      ban(address, nowMs);
      // The requests that led to the ban do not count again after it.
      recentOf.set(address, []);
      return false;
    },
    stats: () => {
      const nowMs = clock.monotonicMs();
      const untilMs = Math.max(nowMs, ...bannedUntilMs.values());
      return { peak, bansGiven, requestsDuringBan, banEndsInMs: Math.round(untilMs - nowMs) };
    },
  };
}
