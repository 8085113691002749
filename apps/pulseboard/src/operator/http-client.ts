import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { gunzipSync } from "node:zlib";
import { type Clock, withTimeout } from "@pulseboard/runtime";

/** Where a server is, and who asks. */
export interface ServerAddress {
  /** Without a slash at the end and without credentials: "https://host/pulse". */
  readonly base: string;
  /** Those of each request: an authorization, where the address had a user and a password. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  /** Of JSON what it says, else undefined. */
  readonly body: unknown;
  readonly text: string;
  /** From the request to the last byte. */
  readonly tookMs: number;
}

export interface NoAnswer {
  readonly status: null;
  /** "connect ECONNREFUSED 127.0.0.1:8002". */
  readonly reason: string;
  /** False when nobody took the connection. */
  readonly wasConnected: boolean;
  readonly tookMs: number;
}

export interface HttpClient {
  readonly address: ServerAddress;
  /** GET, on a connection of its own. Never throws. */
  ask(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer | NoAnswer>;
}

export interface HttpClientOptions {
  readonly address: ServerAddress;
  readonly clock: Clock;
  /** A request without an answer is given up after this time. */
  readonly giveUpAfterMs: number;
}

/** No body of ours is half as long. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** @returns null when it is no address of a server */
export function readServerAddress(text: string): ServerAddress | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "") {
    return null;
  }
  const { username, password, origin, pathname } = url;
  const credentials = decode(username) === "" ? null : `${decode(username)}:${decode(password)}`;
  return {
    base: origin + pathname.replace(/\/+$/, ""),
    headers: credentials === null ? {} : { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` },
  };
}

/** A percent sign that begins no escape stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function createHttpClient({ address, clock, giveUpAfterMs }: HttpClientOptions): HttpClient {
  const ask: HttpClient["ask"] = async (path, headers = {}) => {
    const startedMs = clock.monotonicMs();
    const state = { wasConnected: false };
    const noAnswer = (reason: string): NoAnswer => ({
      status: null,
      reason,
      wasConnected: state.wasConnected,
      tookMs: clock.monotonicMs() - startedMs,
    });
    try {
      return await withTimeout(
        async (signal) => {
          const response = await send(address, path, headers, signal, state);
          const text = (await readBody(response)).toString();
          const tookMs = clock.monotonicMs() - startedMs;
          return { status: response.statusCode ?? 0, headers: response.headers, body: parseJson(text), text, tookMs };
        },
        { clock, ms: giveUpAfterMs, onTimeout: () => noAnswer(`no answer within ${giveUpAfterMs / 1000} s`) },
      );
    } catch (error) {
      return noAnswer(reasonOf(error));
    }
  };
  return { address, ask };
}

/** Without a name, a guard in front of a server may take us for a robot of the worse kind. */
const OWN_HEADERS = { "accept-encoding": "gzip", "user-agent": "pulseboard" };

/** Sends a GET that takes compressed answers, as a phone's does. */
function send(
  { base, headers: ofAll }: ServerAddress,
  path: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  state: { wasConnected: boolean },
): Promise<IncomingMessage> {
  const url = new URL(base + path);
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, signal, headers: { ...OWN_HEADERS, ...ofAll, ...headers } });
    sent.once("socket", (socket) => {
      // Whoever shows a wrong certificate has taken the connection.
      socket.once("connect", () => {
        state.wasConnected = true;
      });
    });
    sent.once("response", resolve);
    // Also after the answer's headers, when nobody waits for it any more.
    sent.on("error", reject);
    sent.end();
  });
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) {
      throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    }
  }
  const bytes = Buffer.concat(chunks);
  return response.headers["content-encoding"] === "gzip"
    ? gunzipSync(bytes, { maxOutputLength: MAX_BODY_BYTES })
    : bytes;
}

/** Of a name with several addresses, none of which takes the connection, the error has only a code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.message || ("code" in error ? String(error.code) : error.name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
