import { type AddressInfo, createServer } from "node:net";
import { systemClock } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { checkMemcached } from "./memcached.ts";

/** Of a program that answers a connection's first bytes with this. */
async function checksOf(answer: Iterable<string>) {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      for (const part of answer) {
        socket.write(part);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return checkMemcached([`127.0.0.1:${(server.address() as AddressInfo).port}`], systemClock);
}

/** Answers to `stats` and to `stats settings`. */
const stats = (...lines: readonly string[]) => [
  `${lines.map((line) => `STAT ${line}\r\n`).join("")}END\r\n`,
  "STAT maxbytes 1\r\nEND\r\n",
];

it("memcached says how full it is", async () => {
  const answer = stats("version 1.6.38", "bytes 1000", "limit_maxbytes 64000000", "item_size_max 1048576");
  expect(await checksOf(answer)).toMatchObject([{ verdict: "ok", seen: "version 1.6.38, 1 kB used of 64 MB" }]);
});

it.each([
  ["none", stats()],
  ["one that is no figure", stats("version 1", "bytes many", "limit_maxbytes 1", "item_size_max 1048576")],
])("is not believed when it has no figures: %s", async (_, answer) => {
  expect(await checksOf(answer)).toMatchObject([
    { verdict: "failed", seen: expect.stringContaining("none of the figures") },
  ]);
});

it("is left when its answer has no end", async () => {
  const lines = Array.from({ length: 1_000 }, () => `STAT x ${"x".repeat(1_000)}\r\n`);
  expect(await checksOf(lines)).toMatchObject([{ verdict: "failed", seen: expect.stringContaining("has no end") }]);
});
