import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { findFreePort } from "./free-port.ts";
import { watchAnswers } from "./watch-answers.ts";

const watch = (port: number): Promise<string | null> =>
  watchAnswers({ url: `http://127.0.0.1:${port}`, askEveryMs: 1 }, new AbortController().signal);

async function serve(status: number, body: string): Promise<number> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

it("says in words what phones get", async () => {
  expect(await watch(await serve(503, "{}"))).toBe("HTTP 503");
  expect(await watch(await serve(200, '{"stale":true}'))).toBe("the snapshot is not fresh");
});

it("does not read on where an answer has no end", async () => {
  const body = JSON.stringify({ stale: true, more: "x".repeat(5_000_000) });
  expect(await watch(await serve(200, body))).toBe("the answer is longer than 4194304 bytes");
});

it("says why nobody answers", async () => {
  const port = await findFreePort();
  expect(await watch(port)).toBe(`connect ECONNREFUSED 127.0.0.1:${port}`);
});
