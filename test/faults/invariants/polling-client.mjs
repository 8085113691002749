// Asks Pulseboard and the bare server beside it every 20 ms, and tells over IPC how each request went:
// polling-client.mjs '{"serverUrl":"http://127.0.0.1:1","bareUrl":"http://127.0.0.1:2","rotation":["/api/snapshot", ...]}'
// A process of its own, so that the work of the test delays no request. Its times are process.hrtime's, which all processes share.
import { createHash } from "node:crypto";
import { Agent, get } from "node:http";

const EVERY_MS = 20;
const TELL_EVERY_MS = 50;
/** A request that takes longer is given up. */
const PATIENCE_MS = 8_000;
/** One that has no answer by so long before the end is told as one without an answer. */
const OVERDUE_MS = 2_000;
/**
 * So many wait for an answer at most: a server that has stood still has them before it when it goes on, not one for each 20 ms of
 * its stop. One that answers too late is known by the first of them.
 */
const MAX_WAITING = 100;
/** One in so many goes over a new connection. */
const NEW_CONNECTION_EVERY = 9;

const { serverUrl, bareUrl, rotation } = JSON.parse(process.argv[2] ?? "{}");
const agents = { server: new Agent({ keepAlive: true }), bare: new Agent({ keepAlive: true }) };
/** By path: the tag that was seen last, and how often it was asked for. */
const tags = new Map();
const asked = new Map();
const toldBodies = new Set();
/** Of the requests that are on their way, by their answers: what ends them. */
const underWay = new Map();
let answers = [];
let waiting = 0;

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

function ask(target, base, path, number) {
  const turn = (asked.get(path) ?? 0) + 1;
  asked.set(path, turn);
  const tag = tags.get(path);
  const headers = target === "server" && tag !== undefined && turn % 2 === 0 ? { "If-None-Match": tag } : {};
  const agent = number % NEW_CONNECTION_EVERY === 0 ? false : agents[target];
  const answer = {
    target,
    path,
    sentMs: nowMs(),
    endMs: 0,
    status: 0,
    error: null,
    etag: null,
    sequence: null,
    ageS: null,
    body: null,
  };
  const end = (error) => {
    if (answer.endMs === 0) {
      answer.endMs = nowMs();
      answer.error = error;
      answers.push(answer);
      underWay.delete(answer);
      waiting -= target === "server" ? 1 : 0;
    }
  };
  underWay.set(answer, end);
  waiting += target === "server" ? 1 : 0;
  const request = get(`${base}${path}`, { agent, headers, signal: AbortSignal.timeout(PATIENCE_MS) }, (response) => {
    const { statusCode, headers: found } = response;
    const numberOf = (name) => (found[name] === undefined ? null : Number(found[name]));
    Object.assign(answer, {
      status: statusCode,
      etag: found.etag ?? null,
      sequence: numberOf("x-snapshot-sequence"),
      ageS: numberOf("x-snapshot-age"),
    });
    const chunks = [];
    response.on("data", (chunk) => chunks.push(chunk));
    response.on("error", (error) => end(String(error)));
    response.on("end", () => {
      if (target === "server") {
        keepBody(answer, Buffer.concat(chunks));
      }
      end(response.complete ? null : "cut off");
    });
  });
  request.on("error", (error) => end(String(error)));
}

/** Each body is told once; after that its answers carry its hash alone. */
function keepBody(answer, bytes) {
  const { path, etag, status } = answer;
  if (etag !== null) {
    tags.set(path, etag);
  }
  if (status === 304) {
    return;
  }
  const hash = createHash("sha1").update(path).update(bytes).digest("base64");
  answer.body = toldBodies.has(hash) ? { hash } : { hash, text: bytes.toString() };
  toldBodies.add(hash);
}

let number = 0;
const beganMs = nowMs();
function tick() {
  // What a late timer has missed is made up for, so that a delay of this process hides no request.
  for (; beganMs + number * EVERY_MS <= nowMs(); number += 1) {
    if (waiting < MAX_WAITING) {
      ask("server", serverUrl, rotation[number % rotation.length], number);
    }
    ask("bare", bareUrl, "/", number);
  }
}
const ticking = setInterval(tick, EVERY_MS / 2);

function tell() {
  const told = answers;
  answers = [];
  process.send?.({ answers: told });
}
const telling = setInterval(tell, TELL_EVERY_MS);
// Asked to stop: requests that have only just been sent are not told.
process.on("message", () => {
  clearInterval(ticking);
  clearInterval(telling);
  for (const [{ sentMs }, end] of underWay) {
    if (nowMs() - sentMs > OVERDUE_MS) {
      end(`no answer within ${OVERDUE_MS} ms, when the test ended`);
    }
  }
  tell();
  process.send?.({ done: true });
});
process.on("disconnect", () => process.exit(0));
process.send?.({ answers: [] });
