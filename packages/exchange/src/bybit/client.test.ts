import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import type { ExchangeError } from "../errors/exchange-error.ts";
import { type Handler, type HostileServer, startHostileServer } from "../testing/hostile-server.ts";
import { envelope, sendJson, sendText } from "../testing/test-response.ts";
import { type BybitClient, createBybitClient } from "./client.ts";

const KLINE = "/v5/market/kline";
const never = new AbortController().signal;

const good = JSON.stringify(
  envelope({ list: ["a row that is long enough to be cut somewhere in the middle"] }, 1_749_556_800_000),
);
const html = "<html><head><title>502 Bad Gateway</title></head><body></body></html>";

let server: HostileServer;
let client: BybitClient;
beforeAll(async () => {
  server = await startHostileServer((response) => sendText(response, 200, good));
  client = createBybitClient({ baseUrl: server.url, simulated: false, durations: EXCHANGE_DURATIONS });
  await client.get("/v5/market/tickers", {}, never);
});
afterAll(async () => {
  await client.close();
  await server[Symbol.asyncDispose]();
});

async function ask(handler: Handler, signal = never): Promise<unknown> {
  server.setHandler(handler);
  return client.get(KLINE, { category: "linear", symbol: "BTCUSDT" }, signal);
}

/** The error of a request; an answer fails the test. */
async function failureOf(handler: Handler, signal?: AbortSignal): Promise<ExchangeError> {
  return ask(handler, signal).then(
    (value) => {
      throw new Error(`answered ${JSON.stringify(value)}`);
    },
    (error: ExchangeError) => error,
  );
}

describe("a simulator", () => {
  const simulator: Handler = (response) => sendText(response, 200, good, { "x-pulseboard-simulator": "1" });

  test("is never taken for the exchange, and the error says which variable to set", async () => {
    const failure = await failureOf(simulator);
    expect(failure.code).toBe("exchange_is_simulator");
    expect(failure.hint).toContain("EXCHANGE=simulator");
  });

  test("is read where it is expected", async () => {
    const meant = createBybitClient({ baseUrl: server.url, simulated: true, durations: EXCHANGE_DURATIONS });
    server.setHandler(simulator);
    await expect(meant.get("/v5/market/tickers", {}, never)).resolves.toBeDefined();
    await meant.close();
  });
});

const status = (code: number, body: string): Handler => {
  return (response) => sendText(response, code, body);
};
const refused = (retCode: number, retMsg: string): Handler => {
  return (response) => sendJson(response, { retCode, retMsg, result: {}, retExtInfo: {}, time: 1 });
};
/** undici publishes the arrival of a response's headers. */
function whenHeadersArrive(run: () => void): void {
  const once = () => {
    unsubscribe("undici:request:headers", once);
    run();
  };
  subscribe("undici:request:headers", once);
}

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
      // The client has read the head by then: a reset that overtakes it would be one before any answer.
      whenHeadersArrive(() => raw.socket.resetAndDestroy());
    }
    if (end === "close") {
      response.end();
    }
  };
}

describe("a failed request", () => {
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
    ["an unknown retCode", refused(77, "?"), "exchange_unavailable"],
    [
      "a redirect",
      (response) => sendText(response, 302, "", { location: "https://example.invalid/" }),
      "exchange_unreachable",
    ],
    ["no headers", () => undefined, "exchange_timeout"],
    ["a stalled body", cut(Buffer.from(good), null, "stall"), "exchange_timeout"],
    ["a stalled gzip body", cut(gzip, "gzip", "stall"), "exchange_timeout"],
    ["a reset before the headers", (_response, _request, raw) => raw.socket.resetAndDestroy(), "exchange_unreachable"],
    ["a reset in the middle", cut(Buffer.from(good), null, "reset"), "exchange_unreachable"],
    ["a reset in the middle of gzip", cut(gzip, "gzip", "reset"), "exchange_unreachable"],
    ["gzip that is cut off", cut(gzip, "gzip", "close"), "exchange_bad_body"],
    [
      "text that claims to be gzip",
      (response) => sendText(response, 200, good, { "content-encoding": "gzip" }),
      "exchange_bad_body",
    ],
  ];

  test.each(cases)("%s", async (name, handler, code) => {
    const giveUp = new AbortController();
    if (name === "no headers") {
      void server.nextRequest(KLINE).then(() => giveUp.abort());
    }
    if (name.startsWith("a stalled")) {
      whenHeadersArrive(() => giveUp.abort());
    }
    const error = await failureOf(handler, giveUp.signal);
    expect(error.code).toBe(code);
    expect(error.endpoint).toBe(KLINE);
    expect(error.message).toMatch(/^The exchange .*\/v5\/market\/kline.*\.$/s);
    expect(error.message).not.toContain("\n");
    expect(error.hint).toBeTruthy();
  });

  test("a body that keeps dripping is given up as a whole", async () => {
    const giveUp = new AbortController();
    let responseClosed = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      responseClosed = resolve;
    });
    const error = await failureOf((response) => {
      response.writeHead(200);
      const drip = () => {
        if (!response.destroyed) {
          response.write(" ", () => setImmediate(drip));
        }
      };
      drip();
      response.on("close", responseClosed);
      whenHeadersArrive(() => giveUp.abort());
    }, giveUp.signal);
    expect(error.code).toBe("exchange_timeout");
    await closed;
  });

  test("a port where nobody listens", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const address = closed.address();
    await new Promise((resolve) => closed.close(resolve));
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const nobody = createBybitClient({
      baseUrl: `http://127.0.0.1:${port}`,
      simulated: false,
      durations: EXCHANGE_DURATIONS,
    });
    const asked = nobody.get("/v5/market/tickers", {}, never);
    await expect(asked).rejects.toMatchObject({
      code: "exchange_unreachable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await nobody.close();
  });
});

describe("a good answer", () => {
  const answer = { timeMs: 1_749_556_800_000, marketSpeed: 1, result: { list: [expect.stringContaining("a row")] } };

  test("arrives unchanged, with the exchange's time", async () => {
    expect(await ask(status(200, good))).toEqual(answer);
  });
  test("is decompressed from gzip and brotli", async () => {
    const compressed = (body: Buffer, encoding: string): Handler => {
      return (response) => response.writeHead(200, { "content-encoding": encoding }).end(body);
    };
    expect(await ask(compressed(gzipSync(good), "gzip"))).toEqual(answer);
    expect(await ask(compressed(brotliCompressSync(good), "br"))).toEqual(answer);
  });
  test("can follow a cursor exactly as the exchange gave it", async () => {
    server.setHandler(status(200, good));
    await client.get("/v5/market/instruments-info", { cursor: "first%3DA%26last%3DB" }, never);
    expect(server.received.at(-1)?.query.get("cursor")).toBe("first=A&last=B");
  });
});
