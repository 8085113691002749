import { connect } from "node:net";

const ANSWER_MS = 10_000;
const ATTEMPTS = 3;

/** What phones get now. */
export interface ServedMarket {
  readonly isServed: boolean;
  readonly schemaVersion: number | null;
  readonly sequence: number | null;
}

const NOTHING: ServedMarket = { isServed: false, schemaVersion: null, sequence: null };

/**
 * Asks the server at this address. Of one that does not answer, or has nothing, nothing is known; on a busy machine it is asked
 * again.
 */
export async function servedMarket(url: string): Promise<ServedMarket> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const response = await fetch(`${url}/api/dashboard/mobile-data`, { signal: AbortSignal.timeout(ANSWER_MS) });
      const body = (await response.json()) as { readonly schema_version?: unknown; readonly sequence?: unknown };
      const schemaVersion = numberOrNull(body.schema_version);
      return {
        isServed: response.status === 200 && schemaVersion !== null,
        schemaVersion,
        sequence: numberOrNull(body.sequence),
      };
    } catch (error) {
      if (isRefused(error)) {
        return NOTHING;
      }
    }
  }
  return NOTHING;
}

/** What the server itself says is wrong, such as "refresh_failing:unexpected" of its worker: the cause of what phones miss. */
export async function degradedReasons(url: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    const { degraded } = (await response.json()) as { readonly degraded?: unknown };
    return Array.isArray(degraded) ? degraded.filter((reason) => typeof reason === "string") : [];
  } catch {
    // It says nothing: what phones miss has been said already.
    return [];
  }
}

/** Nobody listens there. */
function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}

/** Tells whether anybody listens there. */
export function isTaken(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 80) });
    socket.setTimeout(ANSWER_MS);
    const end = (taken: boolean) => () => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
