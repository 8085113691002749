import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { findFreePort } from "./free-port.ts";

it("is none that Linux gives to a connection that goes out, is given once, and has a free one after it", async () => {
  const [firstOfLinux] = /^\d+/.exec(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")) ?? [];
  const ports = await Promise.all(Array.from({ length: 100 }, findFreePort));
  const both = ports.flatMap((port) => [port, port + 1]);
  expect(new Set(both).size).toBe(200);
  expect(Math.max(...both)).toBeLessThan(Number(firstOfLinux));
  for (const port of both) {
    const server = createServer();
    await once(server.listen(port, "127.0.0.1"), "listening");
    await new Promise((resolve) => server.close(resolve));
  }
});
