import { setTimeout as delay, setImmediate as macrotask } from "node:timers/promises";
import { SNAPSHOT_ROUTES } from "@pulseboard/snapshot";
import type { Invariant, Stage } from "../contracts.mts";
import type { Bodies } from "./ledger/bodies.mts";
import { checkBodiesInSteps, type Damage } from "./ledger/check-bodies.mts";
import { checkOthers } from "./ledger/check-inputs.mts";
import { checkSequences } from "./ledger/check-sequences.mts";
import { openMarketLedger } from "./ledger/market-ledger.mts";
import { ANALYSIS_PATH, SNAPSHOT_PATH } from "./ledger/snapshot-paths.mts";

/** The faults after which a history may have holes: of a row that cannot be used, the others are ... */
const BAD_ROWS = /^exchange: bad_numbers/;
/** ... and a market that has gone back by minutes and comes back has trades between that no answer has any more. */
const GONE_BACK = /^exchange: gone_back/;
/** All damages of a stage: what the holes of one leave out may be missing for long. */
const damagesOf = new WeakMap<Stage, readonly Damage[]>();
const LOOK_MS = 100;
const ANSWER_MS = 2_000;
/** What a seed's report can show. */
const MOST_REPORTED = 10;

const OTHER_PATHS = SNAPSHOT_ROUTES.map(({ path }) => path).filter((path) => path !== SNAPSHOT_PATH);

/**
 * I4: no figure that the simulator's ledger does not give for its `as_of`, and none null without its reason. Every sequence that the
 * server gives is read once from every route, and judged when all is over: the market is computed again from its seed.
 *
 * Not compared is what the worker alone remembers; docs/reliability.md names each.
 */
export const LEDGER: Invariant = {
  watch: async (stage, timeline) => {
    // The market's time is the wall's, and no process's clock is set but worker's and server's.
    const marketMs = (ms: number): number => ms + Date.now() - performance.now();
    const seen: Bodies[] = [];
    const { worker } = stage.processes;
    const firstPid = worker.pid();
    let stopped = false;
    const watching = (async () => {
      let sequence = 0;
      while (!stopped) {
        // Whether an answer comes at all is another invariant's.
        const found = await readBodies(stage, sequence).catch(() => null);
        if (found !== null) {
          seen.push({ ...found, readAtMs: marketMs(performance.now()), isOfFirstWorker: worker.pid() === firstPid });
          sequence = found.sequence;
        }
        await delay(LOOK_MS);
      }
    })();
    let figures = 0;
    return {
      verdict: async () => {
        stopped = true;
        await watching;
        const { startAtMs, marketSeed, symbolCount } = stage.simulator;
        const ledger = openMarketLedger({ startAtMs, marketSeed, symbolCount });
        const silences = timeline.unanswered.map(({ symbols, fromMs, toMs }) => ({
          symbols,
          fromMs: marketMs(fromMs),
          toMs: marketMs(toMs ?? performance.now()),
        }));
        const damages = [
          ...(damagesOf.get(stage) ?? []),
          ...timeline.faults.flatMap(({ fault: { name }, beganMs, endedMs }): readonly Damage[] => {
            const fromMs = marketMs(beganMs);
            const toMs = GONE_BACK.test(name) ? Number.POSITIVE_INFINITY : marketMs(endedMs ?? performance.now());
            return BAD_ROWS.test(name) || GONE_BACK.test(name) ? [{ fromMs, toMs }] : [];
          }),
        ];
        damagesOf.set(stage, damages);
        const how = { startAtMs, periodMs: stage.periodMs, silences, damages };
        const found: string[] = [];
        // The proxies share this thread: a look at all of it at once held up everything that goes through them.
        for (const bodies of seen) {
          for (const mismatches of checkBodiesInSteps(bodies, ledger, how)) {
            found.push(...mismatches);
            await macrotask();
          }
        }
        found.push(...checkSequences(seen, how));
        figures = seen.reduce((sum, { bodies }) => sum + bodies.size, 0);
        const [silence, ...others] = timeline.unanswered;
        if (silence?.othersGoOn === true && others.length === 0 && timeline.faults.length === 1) {
          const [fromMs, toMs] = [marketMs(silence.fromMs), marketMs(silence.toMs ?? performance.now())];
          found.push(...checkOthers(seen, { symbols: silence.symbols, fromMs, toMs }));
        }
        if (seen.length === 0) {
          return [{ invariant: "I4", what: "no snapshot could be read, so that nothing was compared" }];
        }
        return found.slice(0, MOST_REPORTED).map((what) => ({ invariant: "I4", what }));
      },
      facts: () => [`I4: ${figures} bodies of ${seen.length} sequences compared with the ledger`],
    };
  },
};

/** The bodies of the sequence that is served now; null if it is `known`, or none. Bodies of a sequence that comes in between are left out. */
export async function readBodies({ serverUrl }: Pick<Stage, "serverUrl">, known: number): Promise<Bodies | null> {
  const ask = async (path: string) => {
    // No connection is kept: the server's sockets are counted beside this.
    const headers = { connection: "close" };
    const response = await fetch(`${serverUrl}${path}`, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    const sequence = Number(response.headers.get("x-snapshot-sequence"));
    return { sequence: response.ok ? sequence : 0, body: (await response.json()) as unknown };
  };
  const { sequence, body } = await ask(SNAPSHOT_PATH);
  if (sequence === 0 || sequence === known) {
    return null;
  }
  const bodies = new Map([[SNAPSHOT_PATH, body]]);
  const { confluence_scores = [] } = body as { readonly confluence_scores?: readonly { readonly symbol: string }[] };
  for (const path of [...OTHER_PATHS, ...confluence_scores.map(({ symbol }) => `${ANALYSIS_PATH}${symbol}`)]) {
    const other = await ask(path);
    if (other.sequence === sequence) {
      bodies.set(path, other.body);
    }
  }
  return { sequence, bodies };
}
