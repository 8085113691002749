import type { Reply } from "../http/send.ts";
import type { Fault } from "./fault.ts";

/** Until the bytes have arrived: together with the reset they would look like an ordinary end. */
const ARRIVAL_MS = 30;

/** The headers promise the whole body; half of it comes, and then nothing, for as long as the client waits. */
export const stalledBody: Fault = {
  description: "headers and half of the body come, the rest never does",
  apply: ({ response, answer }) => {
    response.write(startOf(answer(), (head) => response.writeHead(head.status, head.headers)));
    return undefined;
  },
};

export const slowHeaders: Fault = {
  description: "nothing comes at all, for as long as the client waits",
  apply: () => undefined,
};

export const reset: Fault = {
  description: "the connection is reset before any answer",
  apply: ({ request }) => {
    request.socket.resetAndDestroy();
    return undefined;
  },
};

export const resetMidBody: Fault = {
  description: "headers and half of the body come, then the connection is reset",
  apply: ({ request, response, answer }) => {
    const half = startOf(answer(), (head) => response.writeHead(head.status, head.headers));
    response.write(half);
    setTimeout(() => request.socket.resetAndDestroy(), ARRIVAL_MS);
    return undefined;
  },
};

export const badGzip: Fault = {
  description: "content-encoding gzip around bytes that are not gzip",
  apply: ({ answer }) => {
    const reply = answer();
    return { ...reply, body: `not gzip: ${reply.body.slice(0, 100)}`, headers: { "content-encoding": "gzip" } };
  },
};

export const redirect: Fault = {
  description: "HTTP 302 to another path",
  apply: () => ({ status: 302, contentType: "text/html; charset=utf-8", body: "", headers: { location: "/moved" } }),
};

/** Sends the headers of the whole reply and returns the first half of its bytes. */
function startOf(
  reply: Reply,
  sendHead: (head: { status: number; headers: Record<string, string | number> }) => void,
): Buffer {
  const bytes = Buffer.from(reply.body, "utf8");
  sendHead({
    status: reply.status,
    headers: { "content-type": reply.contentType, "content-length": bytes.length },
  });
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
