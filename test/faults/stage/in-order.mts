import { setTimeout as delay } from "node:timers/promises";
import { parseSnapshot } from "@pulseboard/snapshot";
import type { Stage } from "../contracts.mts";

const ANSWER_MS = 2_000;
const LOOK_MS = 50;

/** Why a stage is not in order, in words; null when it is. */
type Complaint = string | null;

/**
 * Waits until a snapshot above this sequence has everything fresh, every symbol scored, and `/readyz` has nothing to say.
 *
 * @returns when that was, by `performance.now()`, and its sequence @throws Error with what was amiss last
 */
export async function untilInOrder(
  stage: Stage,
  { aboveSequence, withinMs }: { readonly aboveSequence: number; readonly withinMs: number },
): Promise<{ readonly atMs: number; readonly sequence: number }> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const { complaint, sequence } = await look(stage, aboveSequence).catch((error: unknown) => ({
      complaint: error instanceof Error ? `${error.message} ${error.cause ?? ""}` : String(error),
      sequence: 0,
    }));
    const nowMs = performance.now();
    if (complaint === null) {
      return { atMs: nowMs, sequence };
    }
    if (nowMs > deadlineMs) {
      throw new Error(`not in order after ${withinMs} ms: ${complaint}`);
    }
    await delay(LOOK_MS);
  }
}

/** The sequence that the server serves; 0 while it serves none. */
export async function servedSequence(stage: Stage): Promise<number> {
  const parsed = parseSnapshot(await (await ask(stage, "/api/dashboard/mobile-data")).text());
  return parsed.ok ? parsed.snapshot.sequence : 0;
}

async function look(
  stage: Stage,
  aboveSequence: number,
): Promise<{ readonly complaint: Complaint; readonly sequence: number }> {
  const parsed = parseSnapshot(await (await ask(stage, "/api/dashboard/mobile-data")).text());
  if (!parsed.ok) {
    return { complaint: `no valid snapshot: ${parsed.problem}`, sequence: 0 };
  }
  const { sequence, stale, sections } = parsed.snapshot;
  const complaint = (): Complaint => {
    if (sequence <= aboveSequence) {
      return `sequence ${sequence} is not above ${aboveSequence}`;
    }
    if (stale || Object.values(sections).some((section) => section.stale)) {
      return `stale: ${JSON.stringify({ stale, sections })}`;
    }
    return sections.scores.received === stage.symbols ? null : `scores: ${JSON.stringify(sections.scores)}`;
  };
  const found = complaint();
  if (found !== null) {
    return { complaint: found, sequence };
  }
  const { degraded } = (await (await ask(stage, "/readyz")).json()) as { readonly degraded: readonly string[] };
  return { complaint: degraded.length === 0 ? null : `/readyz says ${JSON.stringify(degraded)}`, sequence };
}

function ask(stage: Stage, path: string): Promise<Response> {
  return fetch(`${stage.serverUrl}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
}
