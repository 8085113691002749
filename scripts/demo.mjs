// `npm run demo`: the same as `npm start`, offline, against a simulator that it starts itself and ends with itself.
import { fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadEnvFile } from "./lib/load-env-file.mjs";
import { run, runMain } from "./lib/run.mjs";

const simulatorProgram = fileURLToPath(new URL("../packages/simulator/dist/main.js", import.meta.url));

/** @returns {Promise<{ url: string, end: () => Promise<void> }>} */
function startSimulator() {
  // A group of its own, so that Ctrl-C reaches it through us, after the worker has stopped asking.
  const child = fork(simulatorProgram, ["--port", "0", "--seed", "42"], { detached: true });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const end = async () => {
    child.removeAllListeners("exit");
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await gone;
    }
  };
  return new Promise((resolve, reject) => {
    void ended.then((code) => reject(new Error(`the simulator ended with code ${String(code)}`)));
    child.once("error", reject);
    child.on("message", (message) => {
      const { type, url } = /** @type {{ type?: unknown, url?: unknown }} */ (message);
      if (type === "ready" && typeof url === "string") {
        child.once("exit", (code) => {
          console.error(`pulseboard: the simulator ended with code ${code}; the demo goes on without new data`);
        });
        resolve({ url, end });
      }
    });
  });
}

await runMain(async () => {
  loadEnvFile();
  const simulator = await startSimulator();
  console.log(`Simulated exchange at ${simulator.url} (POST ${simulator.url}/__faults makes it fail)`);
  await run(
    {
      ...process.env,
      EXCHANGE: "simulator",
      EXCHANGE_URL: simulator.url,
      REFERENCE_URL: simulator.url,
      // Beside the real data, never in it.
      DATA_DIR: join(process.env.DATA_DIR || "./data", "demo"),
      REDIS_URL: "",
      MEMCACHED_SERVERS: "",
    },
    { worker: true, server: true, end: simulator.end },
  );
});
