import { lazy } from "@pulseboard/runtime";
import { badBody } from "../errors/exchange-error.ts";
import { ENDPOINTS, type Endpoint, type QueryParams } from "./endpoints.ts";
import { type Envelope, readEnvelope } from "./envelope.ts";
import { loadBybit } from "./load-bybit.ts";
import { type CurrentCall, currentCall, strictBybit } from "./strict-bybit.ts";

/** Sends single requests to Bybit's public REST API. */
export interface BybitClient {
  /**
   * One request. Resolves with a complete envelope with retCode 0.
   *
   * @param signal Ends the request, also in the middle of its body. There is no other timeout.
   * @throws ExchangeError for anything else
   */
  get(endpoint: Endpoint, params: QueryParams, signal: AbortSignal): Promise<Envelope>;
  close(): Promise<void>;
}

export interface ClientDurations {
  /** ccxt's own timeout, which ends at the headers: only a backstop behind the caller's signal. */
  readonly libraryTimeoutMs: number;
}

export interface BybitClientOptions {
  /** Stands in for the exchange's own address ("http://127.0.0.1:9900"); null for the exchange itself. */
  readonly baseUrl: string | null;
  /** True if the address is the simulator's; its answers are rejected otherwise. */
  readonly simulated: boolean;
  readonly durations: ClientDurations;
}

/** Creates the client. ccxt is loaded with the first request. */
export function createBybitClient({ baseUrl, simulated, durations }: BybitClientOptions): BybitClient {
  const connection = lazy(async () => {
    const StrictBybit = strictBybit(await loadBybit(), simulated);
    // Without quoteJsonNumbers: it searches every answer for integers above 2^53, and we read none.
    const client = new StrictBybit({
      enableRateLimit: false,
      timeout: durations.libraryTimeoutMs,
      quoteJsonNumbers: false,
    });
    if (baseUrl !== null) {
      client.urls.api.public = baseUrl.replace(/\/+$/, "");
    }
    return client;
  });
  let isUsed = false;
  return {
    async get(endpoint, params, signal) {
      isUsed = true;
      const client = await connection.get();
      const call: CurrentCall = { signal, marketSpeed: 1 };
      const body: unknown = await currentCall.run(call, () => client[ENDPOINTS[endpoint]](params));
      const envelope = readEnvelope(body, call.marketSpeed);
      if (typeof envelope === "string") {
        throw badBody(endpoint, envelope);
      }
      return envelope;
    },
    async close() {
      if (isUsed) {
        const client = await connection.get();
        await client.fetchDispatcher?.destroy();
      }
    },
  };
}
