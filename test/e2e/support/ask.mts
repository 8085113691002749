import { setTimeout as delay } from "node:timers/promises";
import { type MobileSnapshot, parseSnapshot } from "@pulseboard/snapshot";

/** How long a test waits for something that must come. Nothing is measured by it, as the machine may be busy. */
const PATIENCE_MS = 90_000;

/** GET as JSON, with the status and the headers. */
export async function ask(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** The snapshot that phones get now; fails where the answer is not a valid one. */
export async function askSnapshot(url: string): Promise<MobileSnapshot> {
  const response = await fetch(`${url}/api/dashboard/mobile-data`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const parsed = parseSnapshot(await response.text());
  if (!parsed.ok) {
    throw new Error(`not a valid snapshot: ${parsed.problem}`);
  }
  return parsed.snapshot;
}

/** Asks until the snapshot is as wanted. The error of a test that waits in vain has the last answer. */
export async function untilSnapshot(
  url: string,
  isWanted: (snapshot: MobileSnapshot) => boolean,
  timeoutMs = PATIENCE_MS,
): Promise<MobileSnapshot> {
  let last = "";
  const found = await until(async () => {
    const response = await fetch(`${url}/api/dashboard/mobile-data`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = await response.text();
    const parsed = parseSnapshot(text);
    last = parsed.ok ? JSON.stringify(parsed.snapshot.sections) : `${parsed.problem}: ${text.slice(0, 300)}`;
    return parsed.ok && isWanted(parsed.snapshot) ? parsed.snapshot : null;
  }, timeoutMs);
  if (found === null) {
    throw new Error(`no such snapshot within ${timeoutMs} ms; the last: ${last}`);
  }
  return found;
}

/** Calls `attempt` every 50 ms until it resolves with something; null after `timeoutMs`. */
export async function until<T>(attempt: () => Promise<T | null>, timeoutMs = PATIENCE_MS): Promise<T | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await attempt();
    if (result !== null || performance.now() > deadline) {
      return result;
    }
    await delay(50);
  }
}
