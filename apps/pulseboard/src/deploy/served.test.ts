import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { findFreePort } from "./free-port.ts";
import { degradedReasons } from "./served.ts";

async function serve(body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(503).end(body));
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it.each([
  ['{"degraded":["no_snapshot","refresh_failing:unexpected"]}', ["no_snapshot", "refresh_failing:unexpected"]],
  ['{"degraded":[]}', []],
  ['{"degraded":[1,"snapshot_stale"]}', ["snapshot_stale"]],
  ['{"degraded":7}', []],
  ["null", []],
  ["no JSON", []],
])("of a server that answers %s, its own reasons are known", async (body, expected) => {
  expect(await degradedReasons(await serve(body))).toEqual(expected);
});

it("of a server whose answer has no end, none is", async () => {
  const body = JSON.stringify({ degraded: ["snapshot_stale"], more: "x".repeat(5_000_000) });
  expect(await degradedReasons(await serve(body))).toEqual([]);
});

it("of a server that does not answer, none is", async () => {
  expect(await degradedReasons(`http://127.0.0.1:${await findFreePort()}`)).toEqual([]);
});
