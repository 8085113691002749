import { once } from "node:events";
import { connect } from "node:net";
import type { Stage } from "../contracts.mts";

/** Another program's connection to the stage's memcached, past the proxies. */
export interface MemcachedConsole {
  /** The text under a key; null when there is none. */
  get(key: string): Promise<string | null>;
  /** The bytes that the item takes; null when there is none. memcached does not count it as read, and drops it no later. */
  sizeOf(key: string): Promise<number | null>;
  set(key: string, text: string, lifetimeS?: number): Promise<void>;
  /** Sends a command that answers with one line, and resolves with that. */
  say(line: string): Promise<string>;
  /** One number of `stats`. */
  stat(name: string): Promise<number>;
  close(): Promise<void>;
}

/** Ends of an answer: its last line. */
const LAST_LINE =
  /(?:^|\r\n)(?:END|EN|ME .*|OK|STORED|NOT_STORED|DELETED|NOT_FOUND|ERROR|(?:CLIENT|SERVER)_ERROR .*)\r\n$/;

export async function openMemcachedConsole({ memcachedAddress }: Stage): Promise<MemcachedConsole> {
  const [host = "", port] = memcachedAddress.split(":");
  const socket = connect(Number(port), host).setEncoding("utf8");
  await once(socket, "connect");
  let last: Promise<unknown> = Promise.resolve();

  const ask = async (text: string): Promise<string> => {
    socket.write(`${text}\r\n`);
    for (let answer = ""; ; ) {
      const [part] = await once(socket, "data");
      answer += part;
      if (LAST_LINE.test(answer)) {
        return answer;
      }
    }
  };
  /** One after the other: answers have no names. */
  const asked = (text: string): Promise<string> => {
    const answer = last.then(() => ask(text));
    last = answer.catch(() => undefined);
    return answer;
  };

  return {
    get: async (key) => /^VALUE \S+ \d+ \d+\r\n(.*)\r\nEND\r\n$/s.exec(await asked(`get ${key}`))?.[1] ?? null,
    sizeOf: async (key) => {
      const size = /^ME .* size=(\d+)/.exec(await asked(`me ${key}`))?.[1];
      return size === undefined ? null : Number(size);
    },
    set: async (key, text, lifetimeS = 0) => {
      const answer = await asked(`set ${key} 0 ${lifetimeS} ${Buffer.byteLength(text)}\r\n${text}`);
      // When it is full, it says so, and the program has met that too.
      if (answer !== "STORED\r\n" && !answer.startsWith("SERVER_ERROR out of memory")) {
        throw new Error(`memcached does not take ${key}: ${answer}`);
      }
    },
    say: asked,
    stat: async (name) => Number(new RegExp(`STAT ${name} (\\d+)`).exec(await asked("stats"))?.[1]),
    close: async () => {
      socket.destroy();
    },
  };
}
