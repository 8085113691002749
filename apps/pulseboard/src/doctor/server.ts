import { type Build, type Clock, type Config, isRecord } from "@pulseboard/runtime";
import type { Check } from "../operator/checks.ts";
import { createHttpClient } from "../operator/http-client.ts";
import { failed, ok, unknown, warning } from "./verdicts.ts";

const ANSWER_MS = 3_000;
const START_IT = "Start it (pm2 start ecosystem.config.js); if it runs, see its log.";

/** What the server on PORT says of itself. */
export async function checkServer({ host, port }: Config, build: Build, clock: Clock): Promise<readonly Check[]> {
  if (port === 0) {
    return [unknown("answers", "PORT is 0: nobody knows its port")];
  }
  const address = { base: `http://${reachable(host)}:${port}`, headers: {} };
  const url = `${address.base}/readyz`;
  const answer = await createHttpClient({ address, clock, giveUpAfterMs: ANSWER_MS }).ask("/readyz");
  if (answer.status === null) {
    return [failed("answers", { seen: `${url}: ${answer.reason}`, cure: START_IT })];
  }
  const { body } = answer;
  if (!isRecord(body) || !Array.isArray(body.degraded)) {
    const cure = "Set PORT to a free one, or end the other program.";
    return [failed("answers", { seen: `another program answers at ${url}`, cure })];
  }
  return [...judgeAnswer(body, url), judgeVersion(body, build), judgeDegraded(body, body.degraded.map(String))];
}

/** The address to ask where all are listened on. */
function reachable(host: string): string {
  const address = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  return address.includes(":") ? `[${address}]` : address;
}

function judgeAnswer(body: Readonly<Record<string, unknown>>, url: string): readonly Check[] {
  return [
    body.status === "ready"
      ? ok("answers", `ready at ${url}, sequence ${String(body.sequence)}`)
      : failed("answers", {
          seen: "it has no snapshot to serve",
          cure: "See the sections worker and snapshot, and the worker's log.",
        }),
  ];
}

function judgeVersion({ version, commit }: Readonly<Record<string, unknown>>, build: Build): Check {
  const [seen, ours] = [`${String(version)}+${String(commit)}`, `${build.version}+${build.commit}`];
  const cure = "Reload it: pulseboard doctor --config && pm2 reload pulseboard-server.";
  return seen === ours ? ok("version", seen) : failed("version", { seen, expected: ours, cure });
}

/** A warning: each of them has a line where its cause is, and the server serves all the same. */
function judgeDegraded({ since }: Readonly<Record<string, unknown>>, codes: readonly string[]): Check {
  const times = isRecord(since) ? since : {};
  const seen = codes
    .map((code) => `${code}${times[code] === undefined ? "" : ` since ${String(times[code])}`}`)
    .join(", ");
  return codes.length === 0
    ? ok("degraded", "no")
    : warning("degraded", { seen, cure: "Look each of them up in docs/operations.md, At 3 a.m." });
}
