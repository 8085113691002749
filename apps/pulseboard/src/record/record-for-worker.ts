import { once } from "node:events";
import { setPriority } from "node:os";
import { isRecord, systemClock } from "@pulseboard/runtime";
import { computeRecord, type RecordMarket } from "@pulseboard/worker/record";

const LOW_PRIORITY = 10;

/**
 * The other end of the worker's `computeRecordApart`: prints a line of JSON for each complete day, then one that says so, waits until
 * the worker has kept them, and prints the document.
 *
 * @param text - The market, as JSON.
 * @returns the exit code
 */
export async function recordForWorker(text: string): Promise<number> {
  setPriority(LOW_PRIORITY);
  // The worker is gone.
  process.stdin.once("end", () => process.exit(1)).once("error", () => process.exit(1));
  process.stdin.resume();
  const print = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const document = await computeRecord({
    market: readMarket(text),
    nowMs: systemClock.nowMs(),
    keep: async (complete) => {
      const kept = once(process.stdin, "data");
      for (const day of complete) {
        print(day);
      }
      print({ complete: true });
      await kept;
    },
    onDamage: ({ path, reason }) => console.error(`${path}: ${reason}`),
  });
  const line = `${JSON.stringify({ document: document === null ? null : JSON.stringify(document) })}\n`;
  // All of it must be out before the process ends.
  await new Promise((resolve) => process.stdout.write(line, resolve));
  return 0;
}

function readMarket(text: string): RecordMarket {
  const market: unknown = JSON.parse(text);
  if (isRecord(market)) {
    const { dataDir, origin, simulated } = market;
    if (typeof dataDir === "string" && typeof origin === "string" && typeof simulated === "boolean") {
      return { dataDir, origin, simulated };
    }
  }
  throw new Error("expected the market of a record");
}
