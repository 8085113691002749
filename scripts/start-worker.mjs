// `npm run start:worker`: the worker alone; it meets the server over Redis.
import { loadEnvFile } from "./lib/load-env-file.mjs";
import { run, runMain } from "./lib/run.mjs";

await runMain(async () => {
  loadEnvFile();
  await run(process.env, { worker: true, server: false });
});
