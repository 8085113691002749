import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createWorkerJudge, type WorkerVerdict, watchWorker } from "./watch-worker.ts";

const BEFORE = { sequence: 7, periodMs: 30_000 };
const LONGEST_MS = 60_000;

/** The first verdict of looks that are one second apart, and when it comes. */
function judge(
  lookAt: (second: number) => { readonly sequence?: number | null; readonly degraded?: readonly string[] },
): { readonly second: number; readonly verdict: WorkerVerdict } {
  const verdictOn = createWorkerJudge(BEFORE, LONGEST_MS);
  for (let second = 0; second < 300; second += 1) {
    const verdict = verdictOn({ monotonicMs: 5_000 + second * 1_000, sequence: 7, degraded: [], ...lookAt(second) });
    if (verdict !== null) {
      return { second, verdict };
    }
  }
  return { second: 300, verdict: null };
}

it("a worker is good as soon as it has published, whatever failed before", () => {
  const found = judge((second) => (second < 20 ? { degraded: ["refresh_failing:unexpected"] } : { sequence: 8 }));
  expect(found).toEqual({ second: 20, verdict: { isPublishing: true } });
});

it("one whose refreshes fail for a whole period is not waited for any longer", () => {
  const found = judge((second) => ({ degraded: second < 4 ? [] : ["snapshot_stale", "refresh_failing:unexpected"] }));
  expect(found).toEqual({
    second: 34,
    verdict: { problem: "its worker publishes nothing: refresh_failing:unexpected for 30 s" },
  });
});

it("one that fails only now and then, or while the exchange pauses everybody, has its whole time", () => {
  const now = judge((second) => ({ degraded: second % 20 < 10 ? ["refresh_failing:exchange_timeout"] : [] }));
  const paused = judge(() => ({ degraded: ["exchange_paused:exchange_banned", "refresh_failing:exchange_banned"] }));
  expect([now.second, paused.second]).toEqual([61, 61]);
});

it("one that says nothing and publishes nothing is told after two periods", () => {
  expect(judge(() => ({}))).toEqual({
    second: 61,
    verdict: { problem: "its worker has published nothing for 61 s (/readyz names no cause)" },
  });
  expect(judge(() => ({ sequence: null, degraded: ["worker_silent"] })).verdict).toEqual({
    problem: "its worker has published nothing for 61 s (worker_silent)",
  });
});

it.each([
  ["grows", 1, null],
  ["stands still", 0, expect.stringMatching(/^its worker has published nothing for \d+ s \(snapshot_stale\)$/)],
])("a server is asked until it is known: its sequence %s", async (_, step, expected) => {
  let sequence = 7;
  const server = createServer(({ url }, response) => {
    sequence += step;
    response.end(JSON.stringify(url === "/readyz" ? { degraded: ["snapshot_stale"] } : { sequence, period_ms: 1 }));
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await watchWorker({ url, askEveryMs: 1 }, 1, new AbortController().signal)).toEqual(expected);
});
