import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadConfig, systemClock } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { checkServer } from "./server.ts";

const BUILD = { version: "0.1.0", commit: "abc1234" };

async function check(body: string): Promise<{ readonly url: string; readonly seen: string | undefined }> {
  const server = createServer((_, response) => response.end(body));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const [answers] = await checkServer({ ...loadConfig({}), host: "127.0.0.1", port }, BUILD, systemClock);
  expect(answers).toMatchObject({ name: "answers", verdict: "failed" });
  return { url: `http://127.0.0.1:${port}/readyz`, seen: answers?.seen };
}

it("a server whose answer has no end is not read on", async () => {
  const { url, seen } = await check(JSON.stringify({ degraded: [], more: "x".repeat(5_000_000) }));
  expect(seen).toBe(`${url}: the answer is longer than 4194304 bytes`);
});

it.each(["<html>It works!</html>", "", '{"status":"ready"}', "7"])(
  "another program, which says %j, is named so",
  async (body) => {
    const { url, seen } = await check(body);
    expect(seen).toBe(`another program answers at ${url}`);
  },
);
