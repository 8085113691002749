import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { Socket } from "node:net";
import { type Clock, withTimeout } from "@pulseboard/runtime";
import { readEnvelope } from "../bybit/envelope.ts";
import { errorFromResponse, errorFromTransport, simulatorTakenForExchange } from "../bybit/errors.ts";
import { SIMULATOR_HEADER } from "../bybit/strict-bybit.ts";
import { ExchangeError } from "../errors/exchange-error.ts";

/** The exchange's own address, where EXCHANGE_URL names no other. */
export const BYBIT_ADDRESS = "https://api.bybit.com";
const TIME = "/v5/market/time";
/** The answer has some hundred bytes; a page of a proxy in its place may have more. */
const MAX_BODY_BYTES = 256 * 1024;

export interface ExchangeProbeOptions {
  /** Stands in for the exchange's own address; null for the exchange itself. */
  readonly baseUrl: string | null;
  /** True if the address is the simulator's. */
  readonly simulated: boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** How the exchange answered one request over a connection of its own. */
export interface ExchangeProbe {
  /** Null for a usable answer. */
  readonly error: ExchangeError | null;
  /** The exchange's time minus ours, ms, at the middle of the wait for the answer; null without one. */
  readonly aheadMs: number | null;
  /** How long each step took, ms; null for one that was not reached, or was not needed. */
  readonly dnsMs: number | null;
  readonly tcpMs: number | null;
  readonly tlsMs: number | null;
  /** From the request being sent to the first byte of the answer. */
  readonly firstByteMs: number | null;
}

/** Asks the exchange for its time, once, and without ever asking again. */
export async function probeExchange(options: ExchangeProbeOptions): Promise<ExchangeProbe> {
  const { baseUrl, simulated, timeoutMs, clock } = options;
  const steps = createSteps(clock);
  const onTimeout = (): never => {
    const message = `The exchange did not complete its answer to ${TIME} in time.`;
    throw new ExchangeError({ code: "exchange_timeout", endpoint: TIME, message });
  };
  try {
    const url = new URL(`${(baseUrl ?? BYBIT_ADDRESS).replace(/\/+$/, "")}${TIME}`);
    const ask = (signal: AbortSignal) => askOnce(url, steps, signal);
    const answer = await withTimeout(ask, { clock, ms: timeoutMs, onTimeout });
    if (answer.headers[SIMULATOR_HEADER] !== undefined && !simulated) {
      throw simulatorTakenForExchange(TIME);
    }
    const json = parseJson(answer.body);
    const error = errorFromResponse({ ...answer, endpoint: TIME, json });
    const envelope = error === null ? readEnvelope(json) : null;
    const timeMs = envelope === null || typeof envelope === "string" ? null : envelope.timeMs;
    const middleMs = clock.nowMs() - (steps.times().firstByteMs ?? 0) / 2;
    return { error, aheadMs: timeMs === null ? null : Math.round(timeMs - middleMs), ...steps.times() };
  } catch (thrown) {
    const error = thrown instanceof ExchangeError ? thrown : errorFromTransport(TIME, thrown);
    return { error, aheadMs: null, ...steps.times() };
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

function askOnce(url: URL, steps: Steps, signal: AbortSignal): Promise<Answer> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    // A connection of its own, so that each step is taken.
    const headers = { accept: "application/json", "user-agent": "pulseboard" };
    const sent = request(url, { agent: false, signal, headers }, (response) => {
      steps.reached("firstByteMs");
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
        if (body.length > MAX_BODY_BYTES) {
          response.destroy(new Error(`body above ${MAX_BODY_BYTES} bytes`));
        }
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.once("error", reject);
    });
    sent.once("error", reject);
    sent.once("socket", (socket: Socket) => {
      socket.once("lookup", () => steps.reached("dnsMs"));
      socket.once("connect", () => steps.reached("tcpMs"));
      socket.once("secureConnect", () => steps.reached("tlsMs"));
    });
    sent.end();
  });
}

type Times = Pick<ExchangeProbe, "dnsMs" | "tcpMs" | "tlsMs" | "firstByteMs">;

interface Steps {
  /** This step has ended now, and the next one begins. */
  reached(step: keyof Times): void;
  times(): Times;
}

function createSteps(clock: Clock): Steps {
  let lastMs = clock.monotonicMs();
  let times: Times = { dnsMs: null, tcpMs: null, tlsMs: null, firstByteMs: null };
  return {
    reached: (step) => {
      const nowMs = clock.monotonicMs();
      times = { ...times, [step]: Math.round(nowMs - lastMs) };
      lastMs = nowMs;
    },
    times: () => times,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A body that is not JSON is judged by whoever reads it.
    return undefined;
  }
}
