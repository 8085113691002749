import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { findFreePort } from "./free-port.ts";
import { patienceWith, watchAnswers } from "./watch-answers.ts";

const watch = (port: number): Promise<string | null> =>
  watchAnswers({ url: `http://127.0.0.1:${port}`, askEveryMs: 1 }, 20_000, new AbortController().signal);

async function serve(status: number, body: string, afterMs = 0): Promise<number> {
  const server = createServer((_, response) => {
    setTimeout(() => response.writeHead(status).end(body), afterMs);
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

it("says in words what phones get", async () => {
  expect(await watch(await serve(503, "{}"))).toBe("phones get no good answer any more: HTTP 503");
  expect(await watch(await serve(200, '{"stale":true}'))).toBe(
    "phones get no good answer any more: the snapshot is not fresh",
  );
});

it("does not read on where an answer has no end", async () => {
  const body = JSON.stringify({ stale: true, more: "x".repeat(5_000_000) });
  expect(await watch(await serve(200, body))).toBe(
    "phones get no good answer any more: the answer is longer than 4194304 bytes",
  );
});

it("says why nobody answers", async () => {
  const port = await findFreePort();
  expect(await watch(port)).toBe(`phones get no good answer any more: connect ECONNREFUSED 127.0.0.1:${port}`);
});

it("is more patient on a machine where the server before was slow too, and expects nothing where none was fresh", async () => {
  const patience = async (body: string, afterMs: number) =>
    patienceWith(`http://127.0.0.1:${await serve(200, body, afterMs)}`);
  const [quick, slow, stale] = await Promise.all([
    patience('{"stale":false}', 0),
    patience('{"stale":false}', 1_200),
    patience('{"stale":true}', 0),
  ]);
  expect(stale).toBeNull();
  expect(slow).toBeGreaterThanOrEqual(6_000);
  expect(quick).toBeLessThan(slow ?? 0);
});
