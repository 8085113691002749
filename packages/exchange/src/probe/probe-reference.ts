import type { Clock } from "@pulseboard/runtime";
import { ReferenceDataError } from "../errors/reference-error.ts";
import { askSource } from "../reference/ask-source.ts";
import { ALTERNATIVE_ME, COINGECKO, COINPAPRIKA } from "../reference/sources.ts";

export interface ReferenceProbeOptions {
  /** One address that stands in for all services; null for the services themselves. */
  readonly baseUrl: string | null;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** One service and how it answered. */
export interface ReferenceProbe {
  readonly name: string;
  readonly error: ReferenceDataError | null;
  /** How long the answer took, ms. */
  readonly tookMs: number;
}

/** Asks each reference-data service once, all at the same time. */
export function probeReference(options: ReferenceProbeOptions): Promise<readonly ReferenceProbe[]> {
  const { clock } = options;
  const { signal } = new AbortController();
  const probes = [COINGECKO, COINPAPRIKA, ALTERNATIVE_ME].map((source) => ({
    name: source.name,
    ask: () => askSource<unknown>(source, { ...options, signal }),
  }));
  return Promise.all(
    probes.map(async ({ name, ask }): Promise<ReferenceProbe> => {
      const startedMs = clock.monotonicMs();
      const tookMs = (): number => clock.monotonicMs() - startedMs;
      try {
        await ask();
        return { name, error: null, tookMs: tookMs() };
      } catch (error) {
        if (!(error instanceof ReferenceDataError)) {
          throw error;
        }
        return { name, error, tookMs: tookMs() };
      }
    }),
  );
}
