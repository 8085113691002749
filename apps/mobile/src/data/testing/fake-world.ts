import type { SocketLike } from "../socket-connection.ts";

/** The response to a request: a body with its ETag and age, a status, or none at all. */
type Scripted =
  | { readonly body: unknown; readonly etag?: string; readonly ageS?: number; readonly dateMs?: number }
  | { readonly status: number; readonly retryAfterS?: number }
  | "unreachable"
  | "silent";

/** A network whose other end is scripted by the test. */
export interface FakeWorld {
  /** The server's present response. */
  answer: Scripted;
  /** Delays responses; each still carries the data that the server had at the request. */
  gate: Promise<void>;
  /** True if the server accepts WebSockets. */
  takesSockets: boolean;
  readonly fetch: typeof fetch;
  readonly openSocket: () => SocketLike;
  /** Path of each request, followed by " if ETAG" for a conditional one. */
  readonly requests: string[];
  /** Number of attempts to open a socket. */
  socketTries: number;
  /** Open sockets. */
  readonly sockets: Set<FakeSocket>;
  readonly announce: (sequence: number, timestamp: number) => void;
}

/** A browser's socket, seen from the server. */
class FakeSocket extends EventTarget {
  readonly #world: FakeWorld;
  constructor(world: FakeWorld) {
    super();
    this.#world = world;
    setImmediate(() => {
      if (world.takesSockets) {
        world.sockets.add(this);
        this.dispatchEvent(new Event("open"));
      } else {
        this.close();
      }
    });
  }
  say(message: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(message) }));
  }
  close(): void {
    this.#world.sockets.delete(this);
    this.dispatchEvent(new Event("close"));
  }
}

export function createFakeWorld(): FakeWorld {
  const world: FakeWorld = {
    answer: "unreachable",
    gate: Promise.resolve(),
    takesSockets: true,
    requests: [],
    socketTries: 0,
    sockets: new Set(),
    fetch: async (input, init) => {
      const tag = new Headers(init?.headers).get("if-none-match");
      world.requests.push(tag === null ? String(input) : `${String(input)} if ${tag}`);
      const { answer } = world;
      await world.gate;
      return respond(answer, tag, init?.signal ?? null);
    },
    openSocket: () => {
      world.socketTries += 1;
      return new FakeSocket(world) as unknown as SocketLike;
    },
    announce: (sequence, timestamp) => {
      for (const socket of world.sockets) {
        socket.say({ type: "snapshot", sequence, timestamp, etag: '"x"' });
      }
    },
  };
  return world;
}

function respond(answer: Scripted, tag: string | null, signal: AbortSignal | null): Promise<Response> {
  if (answer === "unreachable") {
    return Promise.reject(new TypeError("fetch failed"));
  }
  if (answer === "silent") {
    return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  }
  if ("status" in answer) {
    const headers = answer.retryAfterS === undefined ? {} : { "retry-after": String(answer.retryAfterS) };
    return Promise.resolve(new Response("", { status: answer.status, headers }));
  }
  const { body, etag, ageS, dateMs } = answer;
  const headers = new Headers();
  if (etag !== undefined) {
    headers.set("etag", etag);
  }
  if (ageS !== undefined) {
    headers.set("x-snapshot-age", String(ageS));
  }
  if (dateMs !== undefined) {
    headers.set("date", new Date(dateMs).toUTCString());
  }
  if (tag !== null && tag === etag) {
    return Promise.resolve(new Response(null, { status: 304, headers }));
  }
  return Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { headers }));
}
