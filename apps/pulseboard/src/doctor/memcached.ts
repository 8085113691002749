import { connect } from "node:net";
import { type Clock, parseHostAndPort, withTimeout } from "@pulseboard/runtime";
import { MAX_SNAPSHOT_BYTES } from "@pulseboard/snapshot";
import type { Check } from "../operator/checks.ts";
import { shown } from "../operator/shown.ts";
import { failed, ok, warning } from "./verdicts.ts";
import { size } from "./words.ts";

const ANSWER_MS = 4_000;
/** With its key and what memcached adds. */
const LEAST_ITEM = MAX_SNAPSHOT_BYTES + 1_000;

/** Some 100 lines of 50 characters. */
const MAX_ANSWER = 100_000;

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
  const version = stats.get("version");
  const [used, most, itemBytes] = ["bytes", "limit_maxbytes", "item_size_max"].map((name) => Number(stats.get(name)));
  if (version === undefined || !isFigure(used) || !isFigure(most) || !isFigure(itemBytes)) {
    const cure = "Check MEMCACHED_SERVERS: a proxy, or another program, has this port.";
    return [failed(server, { seen: "its answer has none of the figures of memcached", cure })];
  }
  const seen = `version ${shown(version)}, ${size(used)} used of ${size(most)}`;
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

function isFigure(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
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
      if (text.length > MAX_ANSWER) {
        socket.destroy();
        reject(new Error("its answer has no end: another program may have this port"));
        return;
      }
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
