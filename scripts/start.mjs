// `npm start`: worker and server in one process, against the configured exchange.
import "./lib/keep-tick-shape.mjs";
import { loadEnvFile } from "./lib/load-env-file.mjs";
import { run, runMain } from "./lib/run.mjs";

await runMain(async () => {
  loadEnvFile();
  await run(process.env, { worker: true, server: true });
});
