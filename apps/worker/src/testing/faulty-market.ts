import {
  createExchangeGateway,
  createReferenceGateway,
  EXCHANGE_DURATIONS,
  type ExchangeErrorCode,
  type ExchangeGateway,
  type ReferenceErrorCode,
  type ReferenceGateway,
} from "@pulseboard/exchange";
import { createFakeExchangeGateway, type FakeEndpoint } from "@pulseboard/exchange/testing/fake-exchange-gateway";
import { FAKE_MARKET_START_MS } from "@pulseboard/exchange/testing/fake-market";
import {
  createFakeReferenceGateway,
  type FakeReferenceEndpoint,
} from "@pulseboard/exchange/testing/fake-reference-gateway";
import { startFaultySimulator } from "@pulseboard/exchange/testing/simulated-faults";
import type { Clock, Logger } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";

export interface Gateways {
  readonly exchange: ExchangeGateway;
  readonly reference: ReferenceGateway;
}

export type MarketEndpoint = Exclude<FakeEndpoint, "/v5/market/time"> | Exclude<FakeReferenceEndpoint, "/v1/global">;
export type FailureCode = ExchangeErrorCode | ReferenceErrorCode | "bad_rows";

/** A market whose endpoints fail as the test wants, with time in the test's hands. */
export interface FaultyMarket extends AsyncDisposable {
  readonly clock: Clock;
  /** The gateways of a worker that has just started. */
  openGateways(log: Logger): Gateways;
  /** @param failure a fault of the simulator, or an error code of the fake gateways */
  fail(endpoint: MarketEndpoint, failure: string): void;
  heal(): void;
  goOn(ms: number): Promise<void>;
  settle<T>(work: Promise<T>): Promise<T>;
}

const SYMBOL_COUNT = 12;

/** The real gateways to a simulator; failures are the simulator's faults. */
export async function startSimulatedMarket(): Promise<FaultyMarket> {
  const simulator = await startFaultySimulator(SYMBOL_COUNT);
  const { clock, url: baseUrl } = simulator;
  const open: Gateways[] = [];
  return {
    clock,
    openGateways: (log) => {
      const shared = { baseUrl, clock, random: () => 0.5, durations: EXCHANGE_DURATIONS };
      const gateways = {
        exchange: createExchangeGateway({ ...shared, simulated: true, budgetShare: 1, refreshPeriodMs: 30_000, log }),
        reference: createReferenceGateway(shared),
      };
      open.push(gateways);
      return gateways;
    },
    fail: simulator.setFault,
    heal: simulator.clearFaults,
    goOn: simulator.goOn,
    settle: simulator.settle,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(open.flatMap(({ exchange, reference }) => [exchange.close(), reference.close()]));
      await simulator[Symbol.asyncDispose]();
    },
  };
}

/** The fake gateways, in memory; failures are error codes. */
export function createFakeMarket(): FaultyMarket {
  const clock = createFakeClock(FAKE_MARKET_START_MS);
  const open: (Gateways & {
    readonly exchange: ReturnType<typeof createFakeExchangeGateway>;
    readonly reference: ReturnType<typeof createFakeReferenceGateway>;
  })[] = [];
  return {
    clock,
    openGateways: (log) => {
      const exchange = createFakeExchangeGateway({ clock, symbolCount: SYMBOL_COUNT, log });
      const gateways = { exchange, reference: createFakeReferenceGateway(clock) };
      open.push(gateways);
      return gateways;
    },
    fail: (endpoint, failure) => {
      for (const { exchange, reference } of open) {
        if (endpoint === "/api/v3/global" || endpoint === "/fng/") {
          reference.fail(endpoint, failure as ReferenceErrorCode);
        } else {
          exchange.fail(endpoint, failure as ExchangeErrorCode | "bad_rows");
        }
      }
    },
    heal: () => {
      for (const { exchange, reference } of open) {
        exchange.heal();
        reference.heal();
      }
    },
    goOn: clock.advance,
    settle: (work) => work,
    [Symbol.asyncDispose]: async () => undefined,
  };
}
