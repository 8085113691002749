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
  await print(json ? JSON.stringify(document) : recordWords(document));
  return EXIT.done;
}

/** Walks the chain of the configured market's history and prints what it has seen. Returns the exit code. */
export async function runVerify({ json }: Form): Promise<number> {
  const report = await verifyRecord(configuredMarket());
  await print(json ? JSON.stringify(report) : chainWords(report));
  if (report.links === 0 && report.intact) {
    return report.filesUnlinked === 0 ? EXIT.nothing : EXIT.broken;
  }
  return report.intact ? EXIT.done : EXIT.broken;
}

/** Resolves when it is written; where that fails, the process ends with its reason: what was printed into a file is whole with 0 only. */
function print(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(`${text}\n`, (error) => {
      // Whoever reads it may leave early. All else the stream's own listener says, after this.
      if (error === null || error === undefined || ("code" in error && error.code === "EPIPE")) {
        resolve();
      }
    });
  });
}

function configuredMarket(): RecordMarket {
  loadEnvFile();
  return marketOfEnvironment(process.env);
}
