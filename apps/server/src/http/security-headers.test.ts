import { systemClock } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { listen } from "../http-listener.ts";
import { createPagePolicy } from "./security-headers.ts";

async function pageHeaders(isBehindTls: boolean): Promise<Record<string, string>> {
  const policy = createPagePolicy(() => isBehindTls);
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    handler: (request, response) => policy(request, response, () => response.end()),
  });
  onTestFinished(() => listener.close(0));
  return Object.fromEntries((await fetch(listener.url)).headers);
}

it("a page works over plain http by address: nothing that a browser turns into https or refuses there", async () => {
  const headers = await pageHeaders(false);
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none';script-src 'self';style-src 'self'/);
  expect(headers["content-security-policy"]).not.toMatch(/upgrade-insecure-requests|unsafe/);
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
  });
  for (const name of ["strict-transport-security", "cross-origin-opener-policy", "origin-agent-cluster"]) {
    expect(headers).not.toHaveProperty(name);
  }
});

it("behind TLS it is kept to TLS, and to itself", async () => {
  expect(await pageHeaders(true)).toMatchObject({
    "strict-transport-security": "max-age=31536000",
    "cross-origin-opener-policy": "same-origin",
    "origin-agent-cluster": "?1",
  });
});
