import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXCHANGE_DURATIONS } from "../durations.ts";
import type { ReferenceErrorCode } from "../errors/reference-error.ts";
import type { ReferenceGateway } from "../gateway/reference-gateway.ts";
import type { FakeReferenceEndpoint } from "./fake-reference-gateway.ts";

export const REFERENCE_CODES: readonly ReferenceErrorCode[] = [
  "reference_unreachable",
  "reference_timeout",
  "reference_unavailable",
  "reference_rate_limited",
  "reference_refused",
  "reference_bad_body",
];

/** A gateway to reference-data services in the test's hands. */
export interface ReferenceUnderTest extends AsyncDisposable {
  readonly gateway: ReferenceGateway;
  fail(endpoint: FakeReferenceEndpoint, code: ReferenceErrorCode): void;
  heal(): void;
  goOn(ms: number): Promise<void>;
  settle<T>(work: Promise<T>): Promise<T>;
}

/** The promises of every ReferenceGateway to a refresh, the real one and the fake one. */
export function describeReferenceGateway(name: string, open: () => Promise<ReferenceUnderTest>): void {
  describe(name, () => {
    const signal = new AbortController().signal;
    let reference: ReferenceUnderTest;
    beforeEach(async () => {
      reference = await open();
    });
    afterEach(() => reference[Symbol.asyncDispose]());
    const collect = () => reference.settle(reference.gateway.collectReference(signal));

    test("gives both values with their sources", async () => {
      const { globalMarket, fearGreed, problems } = await collect();
      expect([globalMarket?.source, fearGreed?.source]).toEqual(["coingecko", "alternative.me"]);
      expect(Object.values(globalMarket?.value ?? {})).not.toContain(null);
      expect(fearGreed?.value.value).toBeGreaterThanOrEqual(0);
      expect(problems).toEqual([]);
    });

    test.each(REFERENCE_CODES)(
      "%s of the preferred source: the fallback stands in, and it is reported once",
      async (code) => {
        reference.fail("/api/v3/global", code);
        const { globalMarket, problems } = await collect();
        expect(globalMarket).toMatchObject({ source: "coinpaprika", value: { ethDominancePercent: null } });
        expect(problems).toMatchObject([{ endpoint: "/api/v3/global", code, symbol: null }]);
        expect((await collect()).problems).toEqual([]);
      },
    );

    test.each(REFERENCE_CODES)("%s later keeps the values with their time, and passes", async (code) => {
      const before = await collect();
      reference.fail("/api/v3/global", code);
      reference.fail("/fng/", code);
      await reference.goOn(6 * 60_000);
      const during = await collect();
      expect(during.globalMarket).toEqual(before.globalMarket);
      expect(during.fearGreed).toEqual(before.fearGreed);
      expect(during.problems).toMatchObject([{ endpoint: "/api/v3/global", code, symbol: null }]);
      reference.heal();
      await reference.goOn(EXCHANGE_DURATIONS.referenceLongestBackoffMs * 1.2);
      const after = await collect();
      expect(after.problems).toEqual([]);
      expect(after.globalMarket?.asOfMs).toBeGreaterThan(before.globalMarket?.asOfMs ?? Number.POSITIVE_INFINITY);
    });

    test.each(REFERENCE_CODES)(
      "%s of the only source: no value, one problem, and then it is asked again",
      async (code) => {
        reference.fail("/fng/", code);
        const { fearGreed, problems } = await collect();
        expect(fearGreed).toBeNull();
        expect(problems).toMatchObject([{ endpoint: "/fng/", code, symbol: null }]);
        reference.heal();
        await reference.goOn(EXCHANGE_DURATIONS.referenceLeastWaitMs * 1.2);
        expect((await collect()).fearGreed?.source).toBe("alternative.me");
      },
    );

    test("rejects with the reason of an aborted signal, and once it is closed", async () => {
      const aborted = AbortSignal.abort(new Error("shutting down"));
      await expect(reference.gateway.collectReference(aborted)).rejects.toThrow("shutting down");
      await reference.gateway.close();
      await expect(collect()).rejects.toThrow("closed");
    });
  });
}
