// `npm run start:server`: the server alone; it meets the worker over Redis.
import "./lib/keep-tick-shape.mjs";
import { loadEnvFile } from "./lib/load-env-file.mjs";
import { run, runMain } from "./lib/run.mjs";

await runMain(async () => {
  loadEnvFile();
  await run(process.env, { worker: false, server: true });
});
