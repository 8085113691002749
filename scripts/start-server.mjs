// `npm run start:server`: the server alone; it meets the worker over Redis.
import { loadEnvFile, run, runMain } from "./lib/run.mjs";

await runMain(async () => {
  loadEnvFile();
  await run(process.env, { worker: false, server: true });
});
