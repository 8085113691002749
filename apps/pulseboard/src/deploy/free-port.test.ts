import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { findFreePort } from "./free-port.ts";

it("is free, and none that Linux gives to a connection that goes out", async () => {
  const [firstOfLinux] = /^\d+/.exec(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8")) ?? [];
  const ports = await Promise.all(Array.from({ length: 100 }, findFreePort));
  expect(Math.min(...ports)).toBeGreaterThan(1_023);
  expect(Math.max(...ports)).toBeLessThan(Number(firstOfLinux));
  for (const port of ports) {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", resolve);
    });
    await new Promise((resolve) => server.close(resolve));
  }
});
