import { AsyncLocalStorage } from "node:async_hooks";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { bybit } from "ccxt";
import { ExchangeError } from "../errors/exchange-error.ts";
import { errorFromResponse, errorFromTransport, simulatorTakenForExchange } from "./errors.ts";

/** The largest answer (all tickers) has half a megabyte. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
/** Above the gateway's own concurrency. */
const MAX_SOCKETS = 48;

/** What travels beside a call: ccxt passes no signal to its transport, and no headers to its caller. */
export interface CurrentCall {
  readonly signal: AbortSignal;
  /** Market ms per ms, as the simulator says with each answer; 1 at the exchange. */
  marketSpeed: number;
}

export const currentCall = new AsyncLocalStorage<CurrentCall>();

/** The simulator marks each of its answers with this header. */
export const SIMULATOR_HEADER = "x-pulseboard-simulator";
const MARKET_SPEED_HEADER = "x-pulseboard-market-speed";

/**
 * Makes ccxt's bybit class strict: ccxt itself takes a web page, half a body or nothing for an empty answer, and waits
 * forever for a stalled one. We use none of its unified calls, so the defects of its loadMarkets do not matter here.
 *
 * @param simulated whether answers of the simulator are expected; otherwise they are rejected, because they must never
 * be taken for the exchange's
 */
export function strictBybit(Base: typeof bybit, simulated: boolean): typeof bybit {
  return class StrictBybit extends Base {
    override getDispatcherOptions(isPlainAgent?: boolean) {
      return { ...super.getDispatcherOptions(isPlainAgent), connections: MAX_SOCKETS };
    }

    /** Reads the body while the call's signal still applies: ccxt's own timeout ends at the headers. */
    override async undiciRequest(url: string, params: { readonly signal: AbortSignal }) {
      const controller = new AbortController();
      const abort = () => controller.abort();
      const signals = [params.signal, currentCall.getStore()?.signal];
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

    /** Replaces ccxt's decompression, which never ends when the connection breaks in the middle of the body. */
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

    /** Lets only envelopes with retCode 0 pass. */
    override handleErrors(
      status: number,
      _reason: string,
      url: string,
      _method: string,
      headers: Record<string, unknown>,
      body: string,
      json: unknown,
    ) {
      const find = (wanted: string) => Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
      if (find(SIMULATOR_HEADER) !== undefined && !simulated) {
        throw simulatorTakenForExchange(new URL(url).pathname);
      }
      const call = currentCall.getStore();
      const speed = Number(find(MARKET_SPEED_HEADER) ?? 1);
      if (simulated && call !== undefined && speed >= 0) {
        call.marketSpeed = speed;
      }
      const error = errorFromResponse({ endpoint: new URL(url).pathname, status, headers, body, json });
      if (error !== null) {
        throw error;
      }
      return undefined;
    }

    /** Turns whatever the transport throws, ccxt's class or undici's own, into one of our errors. */
    override async fetch(url: string, method?: string, headers?: unknown, body?: unknown) {
      try {
        return await super.fetch(url, method, headers, body);
      } catch (error) {
        throw error instanceof ExchangeError ? error : errorFromTransport(new URL(url).pathname, error);
      }
    }
  };
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
