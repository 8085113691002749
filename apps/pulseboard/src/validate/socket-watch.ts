import type { Clock } from "@pulseboard/runtime";
import { followSnapshots } from "@pulseboard/server/follow-snapshots";
import type { ServerAddress } from "../operator/http-client.ts";

/** The announcements of `/ws` since the watch began. */
export interface SocketWatch {
  /** Waits until the sequence has been announced, for at most `ms`; the reason when it was not. */
  announced(sequence: number, ms: number): Promise<string | null>;
  close(): void;
}

const POLL_MS = 20;
/** Two periods have three of them. */
const MOST_ANNOUNCEMENTS = 1_000;
const SHOWN = 3;

/** Follows `/ws` of a server from now on. */
export function watchSocket(
  { base, headers }: ServerAddress,
  clock: Clock,
  giveUpAfterMs: number,
  follow = followSnapshots,
): SocketWatch {
  const announcements = new Set<number>();
  let ended: string | null = null;
  const close = follow({
    url: `${base.replace(/^http/, "ws")}/ws`,
    headers,
    handshakeTimeoutMs: giveUpAfterMs,
    onSnapshot: (sequence) => {
      announcements.add(sequence);
      if (announcements.size > MOST_ANNOUNCEMENTS) {
        ended = `more than ${MOST_ANNOUNCEMENTS} sequences were announced`;
        close();
      }
    },
    onEnd: (reason) => {
      ended = reason;
    },
  });
  return {
    announced: async (sequence, ms) => {
      const untilMs = clock.monotonicMs() + ms;
      while (!announcements.has(sequence)) {
        if (ended !== null) {
          return ended;
        }
        if (clock.monotonicMs() >= untilMs) {
          const others = [...announcements].slice(-SHOWN).join(", ");
          return `sequence ${sequence} was not announced within ${ms / 1000} s, but ${others === "" ? "none" : others}`;
        }
        await clock.sleep(POLL_MS);
      }
      return null;
    },
    close,
  };
}
