import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { createBybitApi } from "../bybit/bybit-api.ts";
import type { Envelope } from "../bybit/envelope.ts";
import { createCollectingGateway } from "../collectors/collecting-gateway.ts";
import type { SymbolSource } from "../collectors/symbol-source.ts";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import type { ExchangeGateway } from "../gateway/exchange-gateway.ts";
import type { OnRequestEnd } from "../limits/exchange-caller.ts";
import type { TinyExchange } from "./tiny-exchange.ts";

export interface TestGateway extends AsyncDisposable {
  readonly gateway: ExchangeGateway;
  readonly clock: FakeClock;
  /** The messages logged so far. */
  readonly logged: readonly string[];
  readonly signal: AbortSignal;
}

export interface TestGatewayOptions {
  readonly requestLimit?: number;
  readonly onRequestEnd?: OnRequestEnd;
  readonly simulated?: boolean;
  readonly notBeforeMs?: number;
}

/** A gateway to `exchange` with its usual durations, on a clock that the test advances. */
export function openGateway(
  exchange: TinyExchange,
  { requestLimit = 300, onRequestEnd, simulated = false, notBeforeMs = 0 }: TestGatewayOptions = {},
): TestGateway {
  const clock = createFakeClock();
  const logged: string[] = [];
  const write = (_fields: object, message: string) => void logged.push(message);
  const gateway = createCollectingGateway({
    api: exchange.api,
    requestLimit,
    simulated,
    notBeforeMs,
    refreshPeriodMs: 30_000,
    clock,
    random: () => 0.5,
    log: { info: write, warn: write },
    onRequestEnd,
    durations: EXCHANGE_DURATIONS,
  });
  return {
    gateway,
    clock,
    logged,
    signal: new AbortController().signal,
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** Advances the clock in steps until `work` has ended. */
export async function whileTimePasses<T>(clock: FakeClock, work: Promise<T>, stepMs = 50): Promise<T> {
  let isDone = false;
  const mark = () => {
    isDone = true;
  };
  work.then(mark, mark);
  // An advance waits for everything that has been set off already: fake time must pass for nothing else.
  await clock.advance(0);
  while (!isDone) {
    await clock.advance(clock.sleeping() > 0 ? stepMs : 0);
  }
  return work;
}

/** The requests about BTCUSDT, answered by `envelope()`, without limits. */
export function createTestSource(envelope: () => Envelope): SymbolSource {
  const client = { get: async () => envelope(), close: async () => undefined };
  return { symbol: "BTCUSDT", api: createBybitApi(client), send: (request, signal) => request.send(signal) };
}
