import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { createExchangeGateway } from "../create-exchange-gateway.ts";
import type { ExchangeGateway } from "../exchange-gateway.ts";

export interface TestGateway extends AsyncDisposable {
  readonly gateway: ExchangeGateway;
  readonly clock: FakeClock;
  /** What was logged, one line each. */
  readonly logged: readonly string[];
  readonly signal: AbortSignal;
}

/** A gateway in front of `url` whose clock the test turns. */
export function openGateway(url: string, budgetShare = 0.5): TestGateway {
  const clock = createFakeClock();
  const logged: string[] = [];
  const write = (_fields: object, message: string) => void logged.push(message);
  const gateway = createExchangeGateway({
    baseUrl: url,
    simulated: false,
    budgetShare,
    refreshPeriodMs: 30_000,
    clock,
    random: () => 0.5,
    log: { info: write, warn: write },
  });
  return {
    gateway,
    clock,
    logged,
    signal: new AbortController().signal,
    [Symbol.asyncDispose]: () => gateway.close(),
  };
}

/** Lets a fake clock run while `work` waits for real sockets and for its time. */
export async function whileTimePasses<T>(clock: FakeClock, work: Promise<T>, stepMs = 50): Promise<T> {
  let isDone = false;
  const mark = () => {
    isDone = true;
  };
  work.then(mark, mark);
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (clock.sleeping() > 0) {
      await clock.advance(stepMs);
    }
  }
  return work;
}
