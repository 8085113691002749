import { AsyncLocalStorage } from "node:async_hooks";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { bybit } from "ccxt";
import { ExchangeError } from "../exchange-error.ts";
import { ENDPOINTS, type Endpoint, type QueryParams } from "./endpoints.ts";
import { type Envelope, readEnvelope } from "./envelope.ts";
import { errorFromResponse } from "./response-error.ts";

/** The exchange's raw answers, and nothing but whole ones. */
export interface BybitClient {
  /**
   * One request. Resolves to a valid envelope with retCode 0.
   *
   * @param signal Ends the request, also in the middle of its body. There is no other timeout.
   * @throws ExchangeError for everything else that can happen.
   */
  get(endpoint: Endpoint, params: QueryParams, signal: AbortSignal): Promise<Envelope>;
  close(): Promise<void>;
}

/** The biggest answer there is (all tickers) has half a megabyte. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Above the gateway's own concurrency. */
const MAX_SOCKETS = 48;
/** ccxt's own timer, which ends at the headers: only a backstop behind the caller's signal. */
const BACKSTOP_TIMEOUT_MS = 60_000;

/** ccxt hands no signal through, so the one of the call at hand travels beside it. */
const callSignal = new AsyncLocalStorage<AbortSignal>();

/** The simulator says in every answer that it is one. */
const SIMULATOR_HEADER = "x-pulseboard-simulator";

/**
 * @param baseUrl Stands in for the exchange's own address ("http://127.0.0.1:9900"); null for the exchange itself.
 * @param simulated Whether it is the simulator that is meant. Its answers are refused otherwise: they must never be taken
 * for the exchange's.
 */
export function createBybitClient(baseUrl: string | null, simulated: boolean): BybitClient {
  let loading: Promise<bybit> | null = null;
  const connect = async () => {
    const Strict = strictBybit(await loadBybit(), simulated);
    // Without quoteJsonNumbers: it searches every answer for integers above 2^53, and we read none.
    const client = new Strict({ enableRateLimit: false, timeout: BACKSTOP_TIMEOUT_MS, quoteJsonNumbers: false });
    if (baseUrl !== null) {
      client.urls.api.public = baseUrl.replace(/\/+$/, "");
    }
    return client;
  };
  return {
    async get(endpoint, params, signal) {
      loading ??= connect();
      const client = await loading;
      const body: unknown = await callSignal.run(signal, () => client[ENDPOINTS[endpoint]](params));
      const envelope = readEnvelope(body);
      if (typeof envelope !== "string") {
        return envelope;
      }
      throw new ExchangeError({
        code: "exchange_bad_body",
        endpoint,
        message: `The exchange answered ${endpoint} with a body that is no answer (${envelope}).`,
      });
    },
    async close() {
      const client = await loading;
      await client?.fetchDispatcher?.destroy();
    },
  };
}

/**
 * ccxt's bybit alone, by its file. `import { bybit } from "ccxt"` loads over a hundred exchanges: 330 ms and 53 MB
 * of resident memory more (docs/decisions.md). The version is pinned exactly and a test loads it.
 */
async function loadBybit(): Promise<typeof bybit> {
  const entry = createRequire(import.meta.url).resolve("ccxt");
  const file = new URL("../js/src/bybit.js", pathToFileURL(entry));
  const module: { readonly default: typeof bybit } = await import(file.href);
  return module.default;
}

/**
 * ccxt takes a web page, half a body or nothing for an empty answer, and waits for ever for a stalled one. This does
 * not. Its unified calls are not used, so what is wrong with loadMarkets does not matter here.
 */
function strictBybit(Base: typeof bybit, simulated: boolean): typeof bybit {
  return class StrictBybit extends Base {
    override getDispatcherOptions(isPlainAgent?: boolean) {
      return { ...super.getDispatcherOptions(isPlainAgent), connections: MAX_SOCKETS };
    }

    /** Reads the body within the reach of the call's signal: ccxt's own ends at the headers. */
    override async undiciRequest(url: string, params: { readonly signal: AbortSignal }) {
      const controller = new AbortController();
      const abort = () => controller.abort();
      const signals = [params.signal, callSignal.getStore()];
      for (const signal of signals) {
        if (signal?.aborted === true) {
          abort();
        }
        signal?.addEventListener("abort", abort);
      }
      try {
        const response = await super.undiciRequest(url, { ...params, signal: controller.signal });
        const text: string = await response.text();
        return { ...response, text: async () => text };
      } finally {
        for (const signal of signals) {
          signal?.removeEventListener("abort", abort);
        }
      }
    }

    /** ccxt pipes a compressed body in a way that never ends when the connection breaks in the middle of it. */
    override async undiciBody(response: UndiciResponse) {
      const decompressor = decompressorFor(response.headers["content-encoding"]);
      const chunks: Buffer[] = [];
      let size = 0;
      const collect = async (source: AsyncIterable<Buffer>) => {
        for await (const chunk of source) {
          size += chunk.length;
          if (size > MAX_BODY_BYTES) {
            throw new Error(`body above ${MAX_BODY_BYTES} bytes`);
          }
          chunks.push(chunk);
        }
      };
      if (decompressor === null) {
        await pipeline(response.body, collect);
      } else {
        await pipeline(response.body, decompressor, collect);
      }
      return Buffer.concat(chunks).toString("utf8");
    }

    /** Only envelopes with retCode 0 pass. */
    override handleErrors(
      status: number,
      _reason: string,
      url: string,
      _method: string,
      headers: Record<string, unknown>,
      body: string,
      json: unknown,
    ) {
      const isSimulator = Object.keys(headers).some((name) => name.toLowerCase() === SIMULATOR_HEADER);
      if (isSimulator && !simulated) {
        throw simulatorTakenForExchange(new URL(url).pathname);
      }
      const error = errorFromResponse({ endpoint: new URL(url).pathname, status, headers, body, json });
      if (error !== null) {
        throw error;
      }
      return undefined;
    }

    /** Whatever the transport throws, ccxt's or undici's own, leaves as one of our errors. */
    override async fetch(url: string, method?: string, headers?: unknown, body?: unknown) {
      try {
        return await super.fetch(url, method, headers, body);
      } catch (error) {
        throw error instanceof ExchangeError ? error : transportError(new URL(url).pathname, error);
      }
    }
  };
}

function simulatorTakenForExchange(endpoint: string): ExchangeError {
  return new ExchangeError({
    code: "exchange_is_simulator",
    endpoint,
    message: "EXCHANGE_URL leads to a simulator, and EXCHANGE does not say so: its data would pass for real.",
  });
}

interface UndiciResponse {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readable;
}

function decompressorFor(encoding: unknown) {
  if (encoding === "gzip" || encoding === "x-gzip") {
    return createGunzip();
  }
  if (encoding === "br") {
    return createBrotliDecompress();
  }
  if (encoding === "deflate") {
    return createInflate();
  }
  return null;
}

function transportError(endpoint: string, cause: unknown): ExchangeError {
  const { name = "", code = "", message = "" } = cause as { name?: string; code?: unknown; message?: string };
  if (name === "RequestTimeout" || name === "AbortError") {
    return new ExchangeError({
      code: "exchange_timeout",
      endpoint,
      message: `The exchange did not finish its answer to ${endpoint} in time.`,
      cause,
    });
  }
  if (String(code).startsWith("Z_") || String(code).startsWith("ERR_BR")) {
    return new ExchangeError({
      code: "exchange_bad_body",
      endpoint,
      message: `The exchange answered ${endpoint} with a body that does not decompress (${message}).`,
      cause,
    });
  }
  // ccxt puts its own name and the whole address in front of the reason; the address may carry credentials.
  const reason = message.includes("redirect to")
    ? "it redirects elsewhere, which is not followed"
    : message.replace(/^.*?fetch failed:?\s*/, "").slice(0, 160) || String(code) || name;
  return new ExchangeError({
    code: "exchange_unreachable",
    endpoint,
    message: `The exchange could not be reached for ${endpoint} (${reason}).`,
    cause,
  });
}
