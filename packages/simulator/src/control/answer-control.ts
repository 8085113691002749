import type { IncomingMessage } from "node:http";
import { PulseboardError } from "@pulseboard/runtime";
import { FAULTS } from "../faults/catalogue.ts";
import { BadFaultRequest, FAULT_ENDPOINTS, type FaultBoard, type FaultRequest } from "../faults/fault-board.ts";
import type { RequestLog } from "../http/request-log.ts";
import { jsonReply, type Reply } from "../http/send.ts";

const MAX_BODY_BYTES = 64 * 1024;

/** The parts of the simulator that its own paths show and change. */
export interface Controlled {
  readonly faults: FaultBoard;
  readonly stats: () => object;
  readonly requestLog: RequestLog;
  readonly ban: (address: string) => void;
}

const PATHS = "there are GET /__stats, GET /__requests?after=0, POST /__ban and GET, POST, DELETE /__faults";

/** Answers the simulator's own paths. */
export async function answerControl(url: URL, request: IncomingMessage, controlled: Controlled): Promise<Reply> {
  const { faults, stats, requestLog, ban } = controlled;
  switch (`${request.method} ${url.pathname}`) {
    case "GET /__stats":
      return jsonReply(stats());
    case "GET /__requests":
      return jsonReply(requestLog.page(Number(url.searchParams.get("after") ?? 0)));
    case "POST /__ban":
      // All clients are on this machine, so it is their address too.
      ban(request.socket.remoteAddress ?? "");
      return jsonReply(stats());
  }
  if (url.pathname !== "/__faults") {
    return jsonReply({ error: PATHS }, 404);
  }
  try {
    if (request.method === "POST") {
      faults.set(faultRequestOf(await readBody(request)));
    } else if (request.method === "DELETE") {
      faults.clear();
    } else if (request.method !== "GET") {
      return jsonReply({ error: "GET, POST or DELETE" }, 405);
    }
  } catch (error) {
    if (error instanceof PulseboardError) {
      return jsonReply({ error: error.message, hint: error.hint }, 400);
    }
    throw error;
  }
  return jsonReply({ active: faults.active(), catalogue: catalogue() });
}

function catalogue() {
  return {
    endpoints: ["*", ...FAULT_ENDPOINTS],
    faults: Object.fromEntries(Object.entries(FAULTS).map(([name, { description }]) => [name, description])),
  };
}

function faultRequestOf(text: string): FaultRequest {
  const hint = '{"endpoint":"/v5/market/kline","fault":"truncated","share":0.5,"for_ms":10000}';
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new PulseboardError("the body is not JSON", { code: "bad_fault_request", retryable: false, hint, cause });
  }
  if (typeof body !== "object" || body === null) {
    throw new BadFaultRequest("the body is not an object", hint);
  }
  const { endpoint, fault, share, for_ms, symbols } = body as Record<string, unknown>;
  if (typeof endpoint !== "string" || typeof fault !== "string") {
    throw new BadFaultRequest('"endpoint" and "fault" are needed, as strings', hint);
  }
  return {
    endpoint,
    fault,
    ...optionalNumber("share", share),
    ...optionalNumber("for_ms", for_ms),
    ...optionalSymbols(symbols),
  };
}

function optionalSymbols(value: unknown): Partial<FaultRequest> {
  if (value === undefined || value === null) {
    return {};
  }
  if (!Array.isArray(value) || !value.every((symbol) => typeof symbol === "string")) {
    throw new BadFaultRequest('"symbols" is not a list of names', 'leave it out or give names, such as ["BTCUSDT"]');
  }
  return { symbols: value };
}

function optionalNumber(name: "share" | "for_ms", value: unknown): Partial<FaultRequest> {
  if (value === undefined || value === null) {
    return {};
  }
  if (typeof value !== "number") {
    throw new BadFaultRequest(`"${name}" is not a number`, "leave it out or give a number");
  }
  return { [name]: value };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_BODY_BYTES) {
      throw new BadFaultRequest("the body is too large", `at most ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
