import { setTimeout as delay } from "node:timers/promises";
import { type MobileSnapshot, parseSnapshot } from "@pulseboard/snapshot";

/** GET as JSON with the status and headers beside it. */
export async function ask(url: string): Promise<{ status: number; headers: Headers; body: Record<string, unknown> }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

/** The snapshot that phones get right now; fails when the answer is none or does not validate. */
export async function askSnapshot(url: string): Promise<MobileSnapshot> {
  const response = await fetch(`${url}/api/dashboard/mobile-data`, { signal: AbortSignal.timeout(10_000) });
  const parsed = parseSnapshot(await response.text());
  if (!parsed.ok) {
    throw new Error(`not a valid snapshot: ${parsed.problem}`);
  }
  return parsed.snapshot;
}

/** Asks until the snapshot is as wanted; the last answer is in the error when it never is. */
export async function untilSnapshot(
  url: string,
  isWanted: (snapshot: MobileSnapshot) => boolean,
  timeoutMs: number,
): Promise<MobileSnapshot> {
  let last = "";
  const found = await until(async () => {
    const response = await fetch(`${url}/api/dashboard/mobile-data`, { signal: AbortSignal.timeout(10_000) });
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

/** Calls `attempt` every 50 ms until it gives something; null when it does not within `timeoutMs`. */
export async function until<T>(attempt: () => Promise<T | null>, timeoutMs: number): Promise<T | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await attempt();
    if (result !== null || performance.now() > deadline) {
      return result;
    }
    await delay(50);
  }
}
