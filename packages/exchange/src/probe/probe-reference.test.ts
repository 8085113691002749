import { systemClock as clock } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { startHostileServer } from "../testing/hostile-server.ts";
import { sendJson, sendText } from "../testing/test-response.ts";
import { probeReference } from "./probe-reference.ts";

it("asks each service once, and tells each one's trouble", async () => {
  const server = await startHostileServer((response, { path }) => {
    if (path === "/v1/global") {
      return sendJson(response, { market_cap_usd: 3e12 });
    }
    return path === "/fng/" ? sendText(response, 429, "") : sendText(response, 200, "{}");
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const probes = await probeReference({ baseUrl: server.url, timeoutMs: 5_000, clock });
  expect(probes.map(({ name, error }) => [name, error?.code ?? null])).toEqual([
    ["coingecko", "reference_bad_body"],
    ["coinpaprika", null],
    ["alternative.me", "reference_rate_limited"],
  ]);
  expect(server.received.map(({ path }) => path).toSorted()).toEqual(["/api/v3/global", "/fng/", "/v1/global"]);
});
