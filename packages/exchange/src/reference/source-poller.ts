import type { Clock } from "@pulseboard/runtime";
import type { CollectionProblem, Sourced } from "../exchange-gateway.ts";
import { fetchJson } from "./fetch-json.ts";
import { ReferenceDataError } from "./reference-error.ts";
import type { ReferenceSource } from "./sources.ts";

/** Public services: never asked more often than this, also after a failure. */
const LEAST_WAIT_MS = 300_000;
const LONGEST_BACKOFF_MS = 3_600_000;
/** What the preferred source said is kept for so long before another one is asked, which knows less or counts differently. */
const PREFERRED_FOR_MS = 1_800_000;

export interface SourcePollerOptions {
  readonly baseUrl: string | null;
  readonly clock: Clock;
  readonly random: () => number;
}

/** One source, asked no more often than is polite. */
class Poller<T> {
  readonly #source: ReferenceSource<T>;
  readonly #options: SourcePollerOptions;
  #failures = 0;
  #askAgainAtMs = Number.NEGATIVE_INFINITY;

  constructor(source: ReferenceSource<T>, options: SourcePollerOptions) {
    this.#source = source;
    this.#options = options;
  }

  isDue(): boolean {
    return this.#options.clock.monotonicMs() >= this.#askAgainAtMs;
  }

  /** @throws ReferenceDataError. */
  async ask(signal: AbortSignal): Promise<Sourced<T>> {
    const { baseUrl, clock, random } = this.#options;
    const { name, origin, path, schema } = this.#source;
    const url = baseUrl === null ? new URL(path, origin) : new URL(baseUrl.replace(/\/+$/, "") + path);
    this.#askAgainAtMs = clock.monotonicMs() + LEAST_WAIT_MS;
    try {
      const body = schema.safeParse(await fetchJson(url, clock, signal));
      if (!body.success) {
        const issue = body.error.issues[0];
        const what = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unusable"}`;
        throw new ReferenceDataError("reference_bad_body", path, `${url.host}${path}: unusable body (${what}).`);
      }
      this.#failures = 0;
      return { value: body.data.value, source: name, asOfMs: body.data.asOfMs ?? clock.nowMs() };
    } catch (error) {
      if (!(error instanceof ReferenceDataError)) {
        throw error;
      }
      const backoffMs = Math.min(LEAST_WAIT_MS * 2 ** this.#failures, LONGEST_BACKOFF_MS) * (1 + 0.2 * random());
      const askedForMs = error.retryAfterMs ?? 0;
      this.#askAgainAtMs = clock.monotonicMs() + Math.max(backoffMs, Math.min(askedForMs, LONGEST_BACKOFF_MS));
      this.#failures += 1;
      throw error;
    }
  }
}

/** One figure from the first source that gives it; the last good one is kept with its own age. */
export class SourcedFigure<T> {
  readonly #pollers: readonly Poller<T>[];
  readonly #clock: Clock;
  readonly #periodMs: number;
  #known: Sourced<T> | null = null;
  #renewAtMs = Number.NEGATIVE_INFINITY;
  /** When the first source last answered. */
  #preferredAtMs = Number.NEGATIVE_INFINITY;

  /** @param sources In the order of preference. */
  constructor(sources: readonly ReferenceSource<T>[], periodMs: number, options: SourcePollerOptions) {
    this.#pollers = sources.map((source) => new Poller(source, options));
    this.#clock = options.clock;
    this.#periodMs = periodMs;
  }

  get known(): Sourced<T> | null {
    return this.#known;
  }

  /** Throws only the signal's reason. */
  async update(signal: AbortSignal): Promise<readonly CollectionProblem[]> {
    const problems: CollectionProblem[] = [];
    if (this.#clock.monotonicMs() < this.#renewAtMs) {
      return problems;
    }
    for (const [preference, poller] of this.#pollers.entries()) {
      if (preference > 0 && this.#clock.monotonicMs() - this.#preferredAtMs < PREFERRED_FOR_MS) {
        break;
      }
      if (!poller.isDue()) {
        continue;
      }
      try {
        this.#known = await poller.ask(signal);
        this.#renewAtMs = this.#clock.monotonicMs() + this.#periodMs;
        if (preference === 0) {
          this.#preferredAtMs = this.#clock.monotonicMs();
        }
        return problems;
      } catch (error) {
        if (!(error instanceof ReferenceDataError)) {
          throw error;
        }
        const { endpoint, code, message, hint } = error;
        problems.push({ endpoint, code, message, hint, symbol: null });
      }
    }
    return problems;
  }
}
