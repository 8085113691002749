import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

export interface MixedLoadResult {
  readonly answered: number;
  /** What went wrong with those that were not answered with 200, one sentence each. */
  readonly failures: readonly string[];
  /** Answers whose sequence was lower than one that the same client had been answered well before it asked. */
  readonly backwards: readonly string[];
  /** The longest time between two fresh answers, ms. */
  readonly longestWithoutFreshMs: number;
  /** Each `schema_version` that was answered. */
  readonly schemaVersions: ReadonlySet<number>;
}

const PER_SECOND = 50;
const KEPT_CONNECTIONS = 8;
/**
 * While one server takes over from another both answer, and each has a new snapshot when it has read and prepared it: on a busy machine
 * so much later than the other one. A server that stays behind is found all the same.
 */
const APART_MS = 2_000;
/** An answer that takes longer has failed; on a busy machine one may take long. */
const ANSWER_MS = 60_000;

interface Body {
  readonly stale?: boolean;
  readonly sequence?: number;
  readonly schema_version?: number;
}

/**
 * Asks for the snapshot 50 times a second, every other time over a new connection, until stopped. Requests start on time, whether
 * or not earlier ones have been answered.
 */
export function startMixedLoad(url: string): { stop(): Promise<MixedLoadResult> } {
  // Few, and by turns: a connection that nobody has used for a second is cut off when its server ends, and a request that is sent at
  // that very moment is lost.
  const kept = new Agent({ keepAlive: true, maxSockets: KEPT_CONNECTIONS, scheduling: "fifo" });
  const fresh = new Agent({ keepAlive: false });
  const failures: string[] = [];
  const backwards: string[] = [];
  const schemaVersions = new Set<number>();
  const running = new Set<Promise<void>>();
  let answered = 0;
  /** The steps forward, with when each was first seen. */
  const steps: { readonly sequence: number; readonly atMs: number }[] = [];
  let freshAtMs = performance.now();
  let longestWithoutFreshMs = 0;

  const sawFresh = (): void => {
    longestWithoutFreshMs = Math.max(longestWithoutFreshMs, performance.now() - freshAtMs);
    freshAtMs = performance.now();
  };
  const judge = (status: number | undefined, text: string, newestBefore: number): void => {
    answered += 1;
    if (status !== 200) {
      failures.push(`HTTP ${status}: ${text.slice(0, 100)}`);
      return;
    }
    const { stale, sequence = 0, schema_version: schemaVersion }: Body = JSON.parse(text);
    if (sequence > 0 && sequence < newestBefore) {
      backwards.push(`${sequence} after ${newestBefore}`);
    }
    if (sequence > (steps.at(-1)?.sequence ?? 0)) {
      steps.push({ sequence, atMs: performance.now() });
    }
    if (schemaVersion !== undefined) {
      schemaVersions.add(schemaVersion);
    }
    if (stale === false) {
      sawFresh();
    }
  };
  const ask = (agent: Agent): Promise<void> =>
    new Promise((resolve) => {
      // What was answered before this one was asked: an answer that overtakes another is no step back.
      const settledMs = performance.now() - APART_MS;
      const newestBefore = steps.findLast(({ atMs }) => atMs <= settledMs)?.sequence ?? 0;
      const request = get(`${url}/api/dashboard/mobile-data`, { agent, timeout: ANSWER_MS }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.once("end", () => judge(response.statusCode, text, newestBefore));
        response.once("error", (error) => failures.push(`cut off: ${error.message}`));
        response.once("close", resolve);
      });
      request.once("timeout", () => request.destroy(new Error(`no answer for ${ANSWER_MS} ms`)));
      request.once("error", (error) => {
        failures.push(error.message);
        resolve();
      });
    });

  let going = true;
  const loop = (async () => {
    const startedMs = performance.now();
    for (let sent = 0; going; ) {
      for (const due = ((performance.now() - startedMs) / 1000) * PER_SECOND; sent < due; sent++) {
        const one = ask(sent % 2 === 0 ? kept : fresh);
        running.add(one);
        void one.then(() => running.delete(one));
      }
      await delay(5);
    }
  })();
  return {
    stop: async () => {
      going = false;
      await loop;
      await Promise.all(running);
      sawFresh();
      kept.destroy();
      return { answered, failures, backwards, longestWithoutFreshMs, schemaVersions };
    },
  };
}
