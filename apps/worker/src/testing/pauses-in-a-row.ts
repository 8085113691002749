import { expect } from "vitest";
import { WORKER_DURATIONS } from "../durations.ts";
import { inProcess, prepareWorkers } from "./simulated-worker.ts";

/** Of the ten minutes that the exchange asks for. */
const PAUSE_MS = 1_900;
/** So that what counts pauses as a hang would end the worker within five of them. */
const HANG = { hangLineLeastMs: 6_000, hangEndLeastMs: 8_000 };

/** An exchange that answers each request by a ban, for as many pauses: the worker asks it once after each, and stays. */
export async function outlastsPauses(pauses: number): Promise<void> {
  const exchange = { ...WORKER_DURATIONS.exchange, banPauseMs: PAUSE_MS };
  const { launch, fault, requests, snapshot, status } = await prepareWorkers({ ...HANG, exchange });
  await fault("*", "rate_ban_403");
  const worker = await launch(inProcess);
  const paused = () => worker.linesWith("all calls paused until").length;
  await expect.poll(paused, { timeout: 3 * pauses * PAUSE_MS + 30_000, interval: 20 }).toBeGreaterThanOrEqual(pauses);
  // The first attempt may have asked for several things before the first answer.
  const first = 5;
  expect(await requests()).toBeLessThanOrEqual(paused() + first);
  expect([worker.ends, worker.linesWith("worker_hangs")]).toEqual([[], []]);
  expect((await status())?.reasons.map(({ code }) => code)).toContain("refresh_failing:exchange_banned");
  await fault(null);
  await expect.poll(async () => (await snapshot())?.sections.scores.received).toBe(5);
}
