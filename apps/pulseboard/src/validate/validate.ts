import type { Clock } from "@pulseboard/runtime";
import type { Check, CheckSection } from "../operator/checks.ts";
import { createHttpClient, type ServerAddress } from "../operator/http-client.ts";
import type { Expectations, ValidateDurations } from "./expectations.ts";
import { marketChecks } from "./market-checks.ts";
import { HEALTH_PATH, lookAtRoutes, MARKET_PATH, timeOf } from "./routes-look.ts";
import { sequenceCheck } from "./sequence-check.ts";
import { answersCheck, descriptionCheck, promptCheck, tagCheck, versionCheck } from "./server-checks.ts";
import { watchSocket } from "./socket-watch.ts";

export interface ValidateOptions {
  readonly address: ServerAddress;
  readonly expectations: Expectations;
  readonly durations: ValidateDurations;
  readonly clock: Clock;
  /** Called with what is waited for, for people. */
  readonly onProgress: (text: string) => void;
}

/** Looks at a server from outside, as phones do, for up to two periods of its schedule. It changes nothing there. */
export async function validate(options: ValidateOptions): Promise<readonly CheckSection[]> {
  const { address, expectations, durations, clock, onProgress } = options;
  const client = createHttpClient({ address, clock, giveUpAfterMs: durations.giveUpAfterMs });
  const socket = watchSocket(address, clock, durations.giveUpAfterMs);
  try {
    onProgress("asking every route");
    const look = await lookAtRoutes(client, clock);
    const answers = [...look.answers.values()];
    if (answers.every((answer) => answer.status === null && !answer.wasConnected)) {
      return [{ title: "server", checks: [unreachable(answers[0]?.status === null ? answers[0].reason : "")] }];
    }
    const market = look.answers.get(MARKET_PATH);
    const { sequence, periodMs, checks } = marketChecks(look.market, timeOf(market, clock), expectations);
    const announced = sequence === null ? null : await socket.announced(sequence, durations.announcementMs);
    const tag = await tagCheck(client);
    const growth = await sequenceCheck({ client, sequence, periodMs, clock, onProgress });
    const second = growth.sequence === null ? null : await socket.announced(growth.sequence, durations.announcementMs);
    return [
      {
        title: "server",
        checks: [
          answersCheck(look.answers),
          promptCheck(look.answers, durations.answerMs),
          descriptionCheck(look),
          tag,
          socketCheck(sequence, announced ?? second),
          versionCheck(look.answers.get(HEALTH_PATH), expectations),
        ],
      },
      { title: "market", checks: [...checks, growth.check] },
    ];
  } finally {
    socket.close();
  }
}

function unreachable(reason: string): Check {
  return {
    name: "answers",
    verdict: "unknown",
    seen: reason,
    expected: "a server that takes connections",
    cure: "Start the server, or correct the address.",
  };
}

function socketCheck(sequence: number | null, problem: string | null): Check {
  const name = "socket";
  if (sequence === null) {
    return { name, verdict: "unknown", seen: "there is no snapshot to announce" };
  }
  return problem === null
    ? { name, verdict: "ok", seen: "/ws announces what is served" }
    : {
        name,
        verdict: "failed",
        seen: problem,
        expected: "/ws announces the sequence that is served",
        cure: "Let the proxy in front pass WebSockets on; without one, see the server's log.",
      };
}
