import { systemClock } from "@pulseboard/runtime";
import { createApp, type Serving } from "./app.ts";
import { listen } from "./http-listener.ts";
import { prepareBodies, prepareErrorBodies } from "./prepared-bodies.ts";
import { readiness } from "./readiness.ts";
import { createRefreshRequest } from "./refresh-request.ts";
import type { ServerContext } from "./server-context.ts";
import { openSnapshotSource } from "./snapshot-source.ts";

export interface RunningServer {
  /** "http://127.0.0.1:8002". */
  readonly url: string;
  /** Requests at hand finish, up to `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * Starts the read-only server: finds the newest good snapshot, prepares its bytes, and answers from them.
 *
 * @throws ServerError when the port cannot be had.
 */
export async function startServer(context: ServerContext): Promise<RunningServer> {
  const { host, port, freshForMs, clock, log } = context;
  let serving: Serving | null = null;
  const source = await openSnapshotSource({
    ...context,
    onSnapshot: (held) => {
      serving = { held, bodies: prepareBodies(held) };
      context.metrics?.snapshotSequence.set(held.snapshot.sequence);
      log.debug({ sequence: held.snapshot.sequence }, "Serving a new snapshot");
    },
  });
  const app = createApp({
    ...context,
    serving: () => serving,
    errorBodies: prepareErrorBodies(clock.nowMs()),
    readiness: () =>
      readiness({
        held: serving?.held ?? null,
        storesAway: source.storesAway(),
        others: context.degraded?.() ?? [],
        clock,
        freshForMs,
      }),
    requestRefresh: createRefreshRequest(context),
  });
  try {
    // Sockets close in real time, whatever clock dates the snapshots.
    const listener = await listen({ host, port, clock: systemClock, handler: app });
    return {
      url: listener.url,
      close: async (graceMs) => {
        source.close();
        await listener.close(graceMs);
      },
    };
  } catch (error) {
    source.close();
    throw error;
  }
}
