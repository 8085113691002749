// `npm start`: worker and server in one process, against the configured exchange.
import { loadEnvFile, runEmbedded, runMain } from "./lib/run-embedded.mjs";

await runMain(async () => {
  loadEnvFile();
  await runEmbedded(process.env);
});
