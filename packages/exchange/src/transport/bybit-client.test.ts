import { createServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ExchangeError } from "../exchange-error.ts";
import {
  envelope,
  type Handler,
  type HostileServer,
  sendJson,
  sendText,
  startHostileServer,
} from "../testing/hostile-server.ts";
import { type BybitClient, createBybitClient } from "./bybit-client.ts";

const good = JSON.stringify(
  envelope({ list: ["a row that is long enough to be cut somewhere in the middle"] }, 1_749_556_800_000),
);
const html = "<html><head><title>502 Bad Gateway</title></head><body></body></html>";
/** For what never answers, and for what does, on however busy a machine. */
const HASTY_MS = 300;
const PATIENT_MS = 20_000;

let server: HostileServer;
let client: BybitClient;
beforeAll(async () => {
  server = await startHostileServer((response) => sendText(response, 200, good));
  client = createBybitClient(server.url, false);
  await client.get("/v5/market/tickers", {}, AbortSignal.timeout(PATIENT_MS));
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

async function ask(handler: Handler, timeoutMs = PATIENT_MS): Promise<unknown> {
  server.setHandler(handler);
  return client.get("/v5/market/kline", { category: "linear", symbol: "BTCUSDT" }, AbortSignal.timeout(timeoutMs));
}

/** The failure as code and sentence; an answer is a failure of the test. */
async function failureOf(handler: Handler, timeoutMs?: number): Promise<ExchangeError> {
  return ask(handler, timeoutMs).then(
    (value) => {
      throw new Error(`answered ${JSON.stringify(value)}`);
    },
    (error: ExchangeError) => error,
  );
}

describe("a simulator", () => {
  const simulator: Handler = (response) => sendText(response, 200, good, { "x-pulseboard-simulator": "1" });

  test("is never taken for the exchange, and the error says what to set", async () => {
    const failure = await failureOf(simulator);
    expect(failure.code).toBe("exchange_is_simulator");
    expect(failure.hint).toContain("EXCHANGE=simulator");
  });

  test("is read where it is meant", async () => {
    const meant = createBybitClient(server.url, true);
    server.setHandler(simulator);
    await expect(meant.get("/v5/market/tickers", {}, AbortSignal.timeout(PATIENT_MS))).resolves.toBeDefined();
    await meant.close();
  });
});

const status = (code: number, body: string): Handler => {
  return (response) => sendText(response, code, body);
};
const refused = (retCode: number, retMsg: string): Handler => {
  return (response) => sendJson(response, { retCode, retMsg, result: {}, retExtInfo: {}, time: 1 });
};
/** Sends the head and the first bytes of a good answer, then `end`s it in some bad way. */
function cut(body: Buffer, encoding: string | null, end: "stall" | "reset" | "close"): Handler {
  return (response, _request, raw) => {
    const headers: Record<string, string> = encoding === null ? {} : { "content-encoding": encoding };
    if (end !== "close") {
      headers["content-length"] = String(body.length);
    }
    response.writeHead(200, headers);
    response.write(body.subarray(0, 30));
    if (end === "reset") {
      setTimeout(() => raw.socket.resetAndDestroy(), 20);
    }
    if (end === "close") {
      response.end();
    }
  };
}

describe("an answer that is no answer", () => {
  const gzip = gzipSync(good);
  const cases: readonly (readonly [string, Handler, string])[] = [
    ["200 with a web page", status(200, html), "exchange_bad_body"],
    ["200 with an empty body", status(200, ""), "exchange_bad_body"],
    ["200 with null", status(200, "null"), "exchange_bad_body"],
    ["200 with {}", status(200, "{}"), "exchange_bad_body"],
    ["200 with []", status(200, "[]"), "exchange_bad_body"],
    ["200 with half a JSON", status(200, good.slice(0, 40)), "exchange_bad_body"],
    ["200 with result null", status(200, '{"retCode":0,"result":null,"time":1}'), "exchange_bad_body"],
    ["200 without time", status(200, '{"retCode":0,"result":{}}'), "exchange_bad_body"],
    ["204", status(204, ""), "exchange_bad_body"],
    ["400", status(400, html), "exchange_bad_request"],
    ["404", status(404, "404 page not found"), "exchange_bad_request"],
    ["500", status(500, html), "exchange_unavailable"],
    ["502", status(502, html), "exchange_unavailable"],
    ["503", status(503, ""), "exchange_unavailable"],
    ["504", status(504, html), "exchange_timeout"],
    ["505", status(505, html), "exchange_unavailable"],
    ["520", status(520, "error code: 520"), "exchange_unavailable"],
    ["524", status(524, "error code: 524"), "exchange_unavailable"],
    ["418", status(418, ""), "exchange_rate_limited"],
    ["429", status(429, "Too Many Requests"), "exchange_rate_limited"],
    ["451", status(451, ""), "exchange_geo_blocked"],
    ["retCode 10000", refused(10000, "Server Timeout"), "exchange_timeout"],
    ["retCode 10001, symbol", refused(10001, "Not supported symbols"), "unknown_symbol"],
    ["retCode 10001, other", refused(10001, "params error: interval"), "exchange_bad_request"],
    ["retCode 10006", refused(10006, "Too many visits!"), "exchange_rate_limited"],
    ["retCode 10009", refused(10009, "Service Restricted"), "exchange_geo_blocked"],
    ["retCode 10016, timeout", refused(10016, "Request timeout, please try again later"), "exchange_timeout"],
    ["retCode 10016", refused(10016, "System error. Please try again later."), "exchange_unavailable"],
    ["retCode 10029", refused(10029, "symbol invalid"), "unknown_symbol"],
    ["a retCode nobody knows", refused(77, "?"), "exchange_unavailable"],
    [
      "a redirect",
      (response) => sendText(response, 302, "", { location: "https://example.invalid/" }),
      "exchange_unreachable",
    ],
    ["no headers in time", () => undefined, "exchange_timeout"],
    ["a stalled body", cut(Buffer.from(good), null, "stall"), "exchange_timeout"],
    ["a stalled gzip body", cut(gzip, "gzip", "stall"), "exchange_timeout"],
    ["a reset before the headers", (_response, _request, raw) => raw.socket.resetAndDestroy(), "exchange_unreachable"],
    ["a reset in the middle", cut(Buffer.from(good), null, "reset"), "exchange_unreachable"],
    ["a reset in the middle of gzip", cut(gzip, "gzip", "reset"), "exchange_unreachable"],
    ["gzip that breaks off", cut(gzip, "gzip", "close"), "exchange_bad_body"],
    [
      "gzip that is none",
      (response) => sendText(response, 200, good, { "content-encoding": "gzip" }),
      "exchange_bad_body",
    ],
  ];

  const NEVER_ANSWERED: ReadonlySet<string> = new Set(["no headers in time", "a stalled body", "a stalled gzip body"]);
  test.each(cases)("%s", async (name, handler, code) => {
    const startedMs = performance.now();
    const error = await failureOf(handler, NEVER_ANSWERED.has(name) ? HASTY_MS : PATIENT_MS);
    expect(error.code).toBe(code);
    expect(error.endpoint).toBe("/v5/market/kline");
    expect(error.message).toMatch(/^The exchange .*\/v5\/market\/kline.*\.$/s);
    expect(error.message).not.toContain("\n");
    expect(error.hint).toBeTruthy();
    expect(performance.now() - startedMs).toBeLessThan(PATIENT_MS);
  });

  test("a body that drips slower than the timeout is given up as a whole", async () => {
    const error = await failureOf((response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(drip));
    }, HASTY_MS);
    expect(error.code).toBe("exchange_timeout");
  });

  test("nobody listens", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const nobody = createBybitClient(`http://127.0.0.1:${port}`, false);
    const asked = nobody.get("/v5/market/tickers", {}, AbortSignal.timeout(5000));
    await expect(asked).rejects.toMatchObject({
      code: "exchange_unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await nobody.close();
  });
});

describe("a good answer", () => {
  const answer = { timeMs: 1_749_556_800_000, result: { list: [expect.stringContaining("a row")] } };

  test("comes as it is, with the exchange's time", async () => {
    expect(await ask(status(200, good))).toEqual(answer);
  });
  test("comes through gzip and brotli", async () => {
    const compressed = (body: Buffer, encoding: string): Handler => {
      return (response) => response.writeHead(200, { "content-encoding": encoding }).end(body);
    };
    expect(await ask(compressed(gzipSync(good), "gzip"))).toEqual(answer);
    expect(await ask(compressed(brotliCompressSync(good), "br"))).toEqual(answer);
  });
  test("is asked for with the cursor as the exchange gave it", async () => {
    server.setHandler(status(200, good));
    await client.get(
      "/v5/market/instruments-info",
      { cursor: "first%3DA%26last%3DB" },
      AbortSignal.timeout(PATIENT_MS),
    );
    expect(server.received.at(-1)?.query.get("cursor")).toBe("first=A&last=B");
  });
});
