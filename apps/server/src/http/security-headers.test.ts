import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { createPagePolicy } from "./security-headers.ts";

async function pageHeaders(isBehindTls: boolean): Promise<Record<string, string>> {
  const policy = createPagePolicy(() => isBehindTls);
  const server = createServer((request, response) => policy(request, response, () => response.end()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return Object.fromEntries((await fetch(`http://127.0.0.1:${port}`)).headers);
}

it("a page works over plain HTTP by address: no header makes a browser use HTTPS, or is refused there", async () => {
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

it("behind TLS a page is limited to TLS, and isolated from other sites", async () => {
  expect(await pageHeaders(true)).toMatchObject({
    "strict-transport-security": "max-age=31536000",
    "cross-origin-opener-policy": "same-origin",
    "origin-agent-cluster": "?1",
  });
});
