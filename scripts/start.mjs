// `npm start`: worker and server in one process, against the configured exchange.
import { loadEnvFile, run, runMain } from "./lib/run.mjs";

await runMain(async () => {
  loadEnvFile();
  await run(process.env, { worker: true, server: true });
});
