// Starts the demo of the program in its argument, and prints how long it took to its first number and how much
// processor time that was of it and its simulated exchange (null where the system does not say).
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const startedMs = performance.now();
const demo = spawn(process.argv[2] ?? "", ["demo"], {
  env: { ...process.env, PORT: "0", HOST: "127.0.0.1" },
  stdio: ["ignore", "pipe", "inherit"],
});
const ended = once(demo, "exit");
let output = "";
const url = await new Promise((resolve, reject) => {
  demo.stdout.on("data", (chunk) => {
    output += chunk;
    const address = /answers at (http:\/\/[^/\s]+)/.exec(output)?.[1];
    if (address !== undefined) {
      resolve(address);
    }
  });
  demo.once("exit", () => reject(new Error(`it ended before: ${output}`)));
});
let body;
do {
  await delay(20);
  body = await (await fetch(`${url}/api/dashboard/mobile-data`)).json();
} while (!(body.sections?.overview.received > 0));
const firstMs = performance.now() - startedMs;
const processorMs = processorTimeMs(demo.pid);
demo.kill("SIGTERM");
await ended;
console.log(JSON.stringify({ firstMs, processorMs, origin: body.origin, simulated: body.simulated }));

/** @param {number | undefined} pid @returns {number | null} of the process and those that it has started */
function processorTimeMs(pid) {
  if (!existsSync(`/proc/${pid}/stat`)) {
    return null;
  }
  const started = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  // After the name, which may have blanks; in hundredths of a second.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const ownMs = (Number(fields[11]) + Number(fields[12])) * 10;
  return started.reduce((sum, each) => sum + (processorTimeMs(Number(each)) ?? 0), ownMs);
}
