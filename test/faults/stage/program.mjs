// Runs worker or server as the program does, with the durations that it is given, and answers over IPC what it holds:
// node --expose-gc program.mjs '{"worker":true,"server":false,"durations":{...}}'
import { readdirSync, readlinkSync } from "node:fs";
import "@pulseboard/server/keep-tick-shape";
import { runProgram } from "@pulseboard/pulseboard";

const { worker, server, durations } = JSON.parse(process.argv[2] ?? "{}");

process.on("message", (message) => {
  if (message === "held") {
    process.send?.({ held: held() });
  }
});

function held() {
  // A second collection takes what the first one's finalizers have let go.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapUsedBytes: heapUsed,
    rssBytes: rss,
    sockets: openSockets(),
    timers: process.getActiveResourcesInfo().filter((each) => each === "Timeout").length,
  };
}

function openSockets() {
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith("socket:");
    } catch {
      // Closed since it was listed, such as the folder itself.
      return false;
    }
  }).length;
}

await runProgram(process.env, { worker, server, durations });
