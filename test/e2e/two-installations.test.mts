import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/ask.mts";
import { describeInstallations } from "./support/describe-installations.mts";
import { type Installation, type Machine, startMachine, workersByDoctor } from "./support/installations.mts";

describeInstallations(4, { isWaitedFor: false });

describe("two workers with one prefix", () => {
  let machine: Machine;
  let workers: readonly Installation[] = [];

  beforeAll(async () => {
    machine = await startMachine();
    const worker = { prefix: "same:", symbols: 3, parts: { worker: true, server: false }, env: { LOG_LEVEL: "debug" } };
    workers = await Promise.all([machine.install(worker), machine.install(worker)]);
  });
  afterAll(() => machine?.close());

  /** When each refresh of a worker began and ended, Unix ms. */
  const refreshesOf = ({ program }: Installation) => {
    const times = (msg: string) =>
      program
        .output()
        .split("\n")
        .flatMap((line) => (line.includes(`"msg":"${msg}"`) ? [Date.parse(JSON.parse(line).time)] : []));
    const ends = times("A refresh has ended");
    return times("A refresh begins").map((beginMs, index) => ({ beginMs, endMs: ends[index] ?? Date.now() }));
  };

  it("never refresh at the same time, and take turns", async () => {
    const both = await until(async () => {
      const found = workers.map(refreshesOf);
      return found.every((refreshes) => refreshes.length >= 3) ? found : null;
    });
    expect(both, workers.map(({ program }) => program.output()).join("\n")).not.toBeNull();
    const inOrder = (both ?? []).flat().sort((a, b) => a.beginMs - b.beginMs);
    for (const [index, { beginMs }] of inOrder.entries()) {
      expect(beginMs).toBeGreaterThanOrEqual(inOrder[index - 1]?.endMs ?? 0);
    }
  });

  it("are both named by doctor", async () => {
    const [one] = workers;
    const pids = workers.map(({ program }) => program.process.pid);
    const seen = one === undefined ? "" : await workersByDoctor(one);
    expect(seen).toMatch(/^2 workers: /);
    for (const pid of pids) {
      expect(seen).toContain(`:${pid}`);
    }
  });
});
