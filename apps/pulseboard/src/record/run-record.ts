import { systemClock } from "@pulseboard/runtime";
import { computeRecord, type RecordMarket, verifyRecord } from "@pulseboard/worker/record";
import { loadEnvFile } from "../environment/env-file.ts";
import { marketOfEnvironment } from "../history/history-of-environment.ts";
import { chainWords } from "./chain-words.ts";
import { recordWords } from "./record-words.ts";

const EXIT = { done: 0, broken: 1, nothing: 3 } as const;

interface Form {
  readonly json: boolean;
}

/** Computes the record of the configured market and prints it. Returns the exit code. */
export async function runRecord({ json }: Form): Promise<number> {
  const document = await computeRecord({
    market: configuredMarket(),
    nowMs: systemClock.nowMs(),
    // The worker keeps them, which alone writes.
    keep: async () => undefined,
    onDamage: ({ path, reason }) => console.error(`pulseboard: ${path}: ${reason}`),
  });
  if (document === null) {
    console.error("pulseboard: there is no history yet of this market, by this method.");
    return EXIT.nothing;
  }
  console.log(json ? JSON.stringify(document) : recordWords(document));
  return EXIT.done;
}

/** Walks the chain of the configured market's history and prints what it has seen. Returns the exit code. */
export async function runVerify({ json }: Form): Promise<number> {
  const report = await verifyRecord(configuredMarket());
  console.log(json ? JSON.stringify(report) : chainWords(report));
  if (!report.intact) {
    return EXIT.broken;
  }
  return report.links === 0 ? EXIT.nothing : EXIT.done;
}

function configuredMarket(): RecordMarket {
  loadEnvFile();
  return marketOfEnvironment(process.env);
}
