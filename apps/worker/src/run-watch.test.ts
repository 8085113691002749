import type { Clock } from "@pulseboard/runtime";
import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it } from "vitest";
import { createRunWatch, type RefreshRun } from "./run-watch.ts";

const HUNG_AFTER_MS = 60_000;

function start(wrap: (clock: Clock) => Clock = (clock) => clock) {
  const clock = createFakeClock();
  const watch = createRunWatch({ hungAfterMs: HUNG_AFTER_MS, clock: wrap(clock) });
  const requested = new AbortController();
  const phases: string[] = [];
  const run = <T>(work: (run: RefreshRun) => Promise<T>) => {
    const ended = watch.watch({ signal: requested.signal, progress: (phase) => void phases.push(phase) }, work);
    let state = "running";
    ended.then(
      () => {
        state = "done";
      },
      () => {
        state = "failed";
      },
    );
    return { ended, state: () => state };
  };
  return { clock, watch, requested, phases, run };
}

const forever = () => new Promise<never>(() => undefined);

it("ends a run of which nothing comes to its end, and names its phase and what it waited for", async () => {
  const { clock, watch, phases, run } = start();
  let signal: AbortSignal | null = null;
  const { ended, state } = run(async (parts) => {
    signal = parts.signal;
    parts.progress("collecting and scoring 3 symbols");
    parts.begins("BTCUSDT")();
    parts.begins("ETHUSDT");
    watch.begins("/v5/market/kline");
    watch.begins("/v5/market/kline");
    return forever();
  });
  ended.catch(() => undefined);
  await clock.advance(HUNG_AFTER_MS - 1);
  expect(state()).toBe("running");
  await clock.advance(1);
  await expect(ended).rejects.toMatchObject({
    code: "refresh_hung",
    retryable: true,
    message:
      "The refresh hung while collecting and scoring 3 symbols: nothing came to its end for 60 s; it waited for ETHUSDT, 2 of /v5/market/kline",
  });
  expect(signal).toMatchObject({ aborted: true, reason: { code: "refresh_hung" } });
  expect(phases).toEqual(["collecting and scoring 3 symbols"]);
  expect(clock.sleeping()).toBe(0);
});

it.each([
  ["a phase", ({ progress }: RefreshRun) => progress("publishing")],
  ["a symbol", ({ begins }: RefreshRun) => begins("BTCUSDT")()],
])("never ends a slow run of which %s comes to its end now and then", async (_what, goOn) => {
  const { clock, run } = start();
  const { ended } = run(async (parts) => {
    for (let step = 0; step < 20; step++) {
      await clock.sleep(HUNG_AFTER_MS - 1);
      goOn(parts);
    }
    return "done";
  });
  await clock.advance(20 * HUNG_AFTER_MS);
  expect(await ended).toBe("done");
  expect(clock.sleeping()).toBe(0);
});

it("counts the requests that the run causes, but not those that an ended run left behind", async () => {
  const { clock, watch, run } = start();
  let ofFirst = (): void => undefined;
  const first = run(async () => {
    ofFirst = watch.begins("/v5/market/time");
    return forever();
  });
  first.ended.catch(() => undefined);
  await clock.advance(2 * HUNG_AFTER_MS);
  expect(first.state()).toBe("failed");

  const second = run(async () => {
    const ends = watch.begins("/v5/market/kline");
    await clock.sleep(HUNG_AFTER_MS - 1);
    ends();
    return forever();
  });
  second.ended.catch(() => undefined);
  await clock.advance(1.75 * HUNG_AFTER_MS);
  expect(second.state()).toBe("running");
  ofFirst();
  await clock.advance(0.25 * HUNG_AFTER_MS);
  await expect(second.ended).rejects.toThrow(/nothing came to its end for 60 s$/);
});

it("does not take a process that was stopped for a run that hangs", async () => {
  let isFirst = true;
  const { clock, run } = start((base) => ({
    ...base,
    sleep: (ms, signal) => {
      const stoppedMs = isFirst ? 10 * HUNG_AFTER_MS : 0;
      isFirst = false;
      return base.sleep(ms + stoppedMs, signal);
    },
  }));
  const { state, ended } = run(forever);
  ended.catch(() => undefined);
  await clock.advance(10 * HUNG_AFTER_MS + HUNG_AFTER_MS / 2);
  expect(state()).toBe("running");
  await clock.advance(HUNG_AFTER_MS / 2);
  expect(state()).toBe("failed");
});

it("passes on that the run is to end, and still ends one that ignores it", async () => {
  const { clock, requested, run } = start();
  const { ended, state } = run(({ signal }) => {
    signal.addEventListener("abort", () => undefined);
    return forever();
  });
  const obedient = start();
  const obeys = obedient.run(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  obedient.requested.abort(new Error("the queue closes"));
  await expect(obeys.ended).rejects.toThrow("the queue closes");
  requested.abort(new Error("the queue closes"));
  ended.catch(() => undefined);
  await clock.advance(HUNG_AFTER_MS / 2);
  expect(state()).toBe("running");
  await clock.advance(HUNG_AFTER_MS);
  expect(state()).toBe("failed");
});
