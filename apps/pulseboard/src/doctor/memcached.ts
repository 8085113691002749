import { connect } from "node:net";
import { type Clock, parseHostAndPort, withTimeout } from "@pulseboard/runtime";
import { MAX_SNAPSHOT_BYTES } from "@pulseboard/snapshot";
import type { Check } from "../operator/checks.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { size } from "./words.ts";

const ANSWER_MS = 4_000;
/** With its key and what memcached adds. */
const LEAST_ITEM = MAX_SNAPSHOT_BYTES + 1_000;

/** Looks at each memcached server, over a connection of its own. Writes nothing. */
export async function checkMemcached(servers: readonly string[], clock: Clock): Promise<readonly Check[]> {
  const checks = await Promise.all(servers.map((server) => checkServer(server, clock)));
  return checks.flat();
}

async function checkServer(server: string, clock: Clock): Promise<readonly Check[]> {
  let stats: ReadonlyMap<string, string>;
  try {
    const onTimeout = (): never => {
      throw new Error(`no answer within ${ANSWER_MS / 1000} s`);
    };
    stats = await withTimeout((signal) => readStats(server, signal), { clock, ms: ANSWER_MS, onTimeout });
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return [failed(server, { seen, cure: "Start memcached; check MEMCACHED_SERVERS." })];
  }
  const itemBytes = Number(stats.get("item_size_max"));
  const memory = `${size(Number(stats.get("bytes")))} used of ${size(Number(stats.get("limit_maxbytes")))}`;
  const seen = `version ${stats.get("version") ?? "unknown"}, ${memory}`;
  return [
    itemBytes < LEAST_ITEM
      ? warning(server, {
          seen: `${seen}; items of at most ${size(itemBytes)}`,
          expected: `${size(LEAST_ITEM)} or more`,
          cure: "Start memcached with a larger item size (-I 1m).",
        })
      : ok(server, seen),
  ];
}

/** All lines of `stats` and `stats settings`. */
function readStats(server: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const address = parseHostAndPort(server);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address?.host ?? "", port: address?.port ?? 0, signal });
    let text = "";
    socket.once("connect", () => socket.write("stats\r\nstats settings\r\n"));
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      // An answer to each of the two.
      if (/\r\nEND\r\n[\s\S]*\r\nEND\r\n$/.test(`\r\n${text}`)) {
        socket.destroy();
        const pairs = [...text.matchAll(/^STAT (\S+) (.*?)\r?$/gm)].map(
          ([, name = "", value = ""]) => [name, value] as const,
        );
        resolve(new Map(pairs));
      }
    });
    socket.once("end", () => reject(new Error("it closed the connection: another program may have this port")));
    socket.once("error", reject);
  });
}
