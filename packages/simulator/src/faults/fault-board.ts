import { type Clock, PulseboardError } from "@pulseboard/runtime";
import { EXCHANGE_ENDPOINTS } from "../bybit/exchange.ts";
import { createRandomStream } from "../market/random.ts";
import { REFERENCE_ENDPOINTS } from "../reference/reference-data.ts";
import { FAULT_NAMES, FAULTS } from "./catalogue.ts";
import type { Fault } from "./fault.ts";

/** Switches a fault on; the field names are those of `POST /__faults`. */
export interface FaultRequest {
  /** "/v5/market/kline", or "*" for all. */
  readonly endpoint: string;
  readonly fault: string;
  /** Share of the requests that meet it, above 0 to 1; default 1. */
  readonly share?: number;
  /** Wall ms after which it is off again; until cleared by default. */
  readonly for_ms?: number;
  /** Only requests whose `symbol` is one of these meet it, and so none without a symbol; all by default. */
  readonly symbols?: readonly string[];
}

export interface ActiveFault {
  readonly endpoint: string;
  readonly fault: string;
  readonly share: number;
  /** Null: until it is cleared. */
  readonly ends_in_ms: number | null;
  /** Null: whatever the request is about. */
  readonly symbols: readonly string[] | null;
}

/** An unknown fault, or one that cannot happen at the endpoint. */
export class BadFaultRequest extends PulseboardError {
  constructor(message: string, hint: string) {
    super(message, { code: "bad_fault_request", retryable: false, hint });
  }
}

export const FAULT_ENDPOINTS: readonly string[] = [...EXCHANGE_ENDPOINTS, ...REFERENCE_ENDPOINTS];

interface Entry {
  readonly endpoint: string;
  readonly name: string;
  readonly share: number;
  readonly symbols: readonly string[] | null;
  /** Monotonic. */
  readonly setAtMs: number;
  /** Monotonic. */
  readonly endsAtMs: number;
}

/** The fault that a request meets. */
export interface DrawnFault {
  readonly name: string;
  readonly fault: Fault;
  /** When it was switched on, monotonic. */
  readonly setAtMs: number;
}

/** The faults that are switched on: where, how often and until when. */
export interface FaultBoard {
  /** @throws BadFaultRequest that lists the faults and endpoints */
  set(request: FaultRequest): void;
  clear(): void;
  active(): ActiveFault[];
  /**
   * The fault that this request meets; the one that was set last goes first.
   *
   * @param symbol of the request's query; null without one
   */
  draw(endpoint: string, symbol: string | null): DrawnFault | undefined;
}

export function createFaultBoard(clock: Clock, seed: number): FaultBoard {
  const random = createRandomStream(seed);
  let entries: readonly Entry[] = [];
  const liveEntries = (): readonly Entry[] => {
    const nowMs = clock.monotonicMs();
    entries = entries.filter((entry) => entry.endsAtMs > nowMs);
    return entries;
  };
  return {
    set: ({ endpoint, fault, share = 1, for_ms, symbols = null }) => {
      checkExists(endpoint, fault);
      if (!(share > 0 && share <= 1)) {
        throw new BadFaultRequest(`share ${share} is not a share`, "give a number above 0 and at most 1");
      }
      if (for_ms !== undefined && !(for_ms > 0)) {
        throw new BadFaultRequest(`for_ms ${for_ms} is not a duration`, "give milliseconds above 0, or leave it out");
      }
      if (symbols?.length === 0 || symbols?.includes("") === true) {
        throw new BadFaultRequest("symbols without a name", 'name at least one, such as ["BTCUSDT"], or leave it out');
      }
      const others = entries.filter((entry) => entry.endpoint !== endpoint || entry.name !== fault);
      const setAtMs = clock.monotonicMs();
      const endsAtMs = for_ms === undefined ? Infinity : setAtMs + for_ms;
      entries = [{ endpoint, name: fault, share, symbols, setAtMs, endsAtMs }, ...others];
    },
    clear: () => {
      entries = [];
    },
    active: () =>
      liveEntries().map(({ endpoint, name, share, symbols, endsAtMs }) => ({
        endpoint,
        fault: name,
        share,
        ends_in_ms: endsAtMs === Infinity ? null : Math.round(endsAtMs - clock.monotonicMs()),
        symbols,
      })),
    draw: (endpoint, symbol) => {
      for (const entry of liveEntries()) {
        const fault = FAULTS[entry.name];
        const isHere = entry.endpoint === "*" ? applies(fault, endpoint) : entry.endpoint === endpoint;
        const isMeant = entry.symbols === null || (symbol !== null && entry.symbols.includes(symbol));
        if (fault !== undefined && isHere && isMeant && random.unit() < entry.share) {
          if (fault.once === true) {
            entries = entries.filter((each) => each !== entry);
          }
          return { name: entry.name, fault, setAtMs: entry.setAtMs };
        }
      }
      return undefined;
    },
  };
}

function applies(fault: Fault | undefined, endpoint: string): boolean {
  return fault?.exchangeOnly !== true || EXCHANGE_ENDPOINTS.includes(endpoint);
}

function checkExists(endpoint: string, name: string): void {
  const fault = Object.hasOwn(FAULTS, name) ? FAULTS[name] : undefined;
  if (fault === undefined) {
    throw new BadFaultRequest(`there is no fault "${name}"`, `one of: ${FAULT_NAMES.join(", ")}`);
  }
  if (endpoint !== "*" && !FAULT_ENDPOINTS.includes(endpoint)) {
    throw new BadFaultRequest(`there is no endpoint "${endpoint}"`, `one of: *, ${FAULT_ENDPOINTS.join(", ")}`);
  }
  if (endpoint !== "*" && !applies(fault, endpoint)) {
    throw new BadFaultRequest(`"${name}" cannot happen at ${endpoint}`, "it is the exchange's own kind of failure");
  }
}
