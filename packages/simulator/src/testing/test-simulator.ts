import { createFakeClock, type FakeClock } from "@pulseboard/testing/fake-clock";
import { type Simulator, type SimulatorOptions, startSimulator } from "../index.ts";

/** A Tuesday noon, for tests that do not depend on the time. */
export const NOON_MS = Date.UTC(2026, 5, 9, 12, 0, 17, 345);

export interface TestSimulator {
  readonly simulator: Simulator;
  readonly clock: FakeClock;
  /** GET, as text. */
  ask(path: string): Promise<{ status: number; contentType: string; text: string; headers: Headers }>;
  /** GET, as JSON; fails on any status but 200. */
  json(path: string): Promise<Answer>;
  /** The `list` of the exchange's answer. */
  // biome-ignore lint/suspicious/noExplicitAny: a foreign body, looked at field by field
  list(path: string): Promise<any[]>;
}

// biome-ignore lint/suspicious/noExplicitAny: a foreign body, looked at field by field
export type Answer = any;

/** A small generated market that stands still under a fake clock, unless `options` say otherwise. */
export async function startTestSimulator(options: Partial<SimulatorOptions> = {}): Promise<TestSimulator> {
  const clock = createFakeClock(NOON_MS);
  const simulator = await startSimulator({
    market: { kind: "generated", seed: 7, symbolCount: 40 },
    port: 0,
    speed: 0,
    banMs: 600_000,
    clock,
    ...options,
  });
  const ask: TestSimulator["ask"] = async (path) => {
    const response = await fetch(simulator.url + path);
    const contentType = response.headers.get("content-type") ?? "";
    return { status: response.status, contentType, text: await response.text(), headers: response.headers };
  };
  const json = async (path: string): Promise<Answer> => {
    const { status, text } = await ask(path);
    if (status !== 200) {
      throw new Error(`${path} answered ${status}: ${text}`);
    }
    return JSON.parse(text);
  };
  return { simulator, clock, ask, json, list: async (path) => (await json(path)).result.list };
}
