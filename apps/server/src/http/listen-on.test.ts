import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { listenOn } from "./listen-on.ts";

/** Opens as many connections, and prints how many there were when all were open, or after a while without a new one. */
const CLIENT = `
const [port, count] = process.argv.slice(1).map(Number);
let open = 0;
const tell = () => { console.log(open); process.exit(); };
let giveUp = setTimeout(tell, 2000);
for (let i = 0; i < count; i++) {
  require("node:net").connect(port, "127.0.0.1").on("error", () => undefined).on("connect", () => {
    open += 1;
    clearTimeout(giveUp);
    giveUp = setTimeout(tell, open === count ? 0 : 2000);
  });
}`;

it("keeps 1,200 connections waiting while the process stands still: 24 s of 50 phones a second", async () => {
  const server = createServer();
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = new URL(await listenOn(server, { host: "127.0.0.1", port: 0 }));
  // Until it has ended, nothing of this process goes on.
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", CLIENT, port, "1200"], { encoding: "utf8" });
  expect([stdout.trim(), stderr]).toEqual(["1200", ""]);
});
