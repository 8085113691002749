import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Recorded market data, beside the checkout. */
const FOLDER = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));

let isAbsenceSaid = false;

/**
 * Tells whether there is recorded market data, for `describe.runIf(haveRecordings())`. Where there is none, the tests that need it
 * are skipped and the reason is printed.
 *
 * @throws where there is none and CI is set
 */
export function haveRecordings(): boolean {
  if (existsSync(FOLDER)) {
    return true;
  }
  if (process.env.CI) {
    throw new Error(`CI must have the recorded market data in ${FOLDER}`);
  }
  if (!isAbsenceSaid) {
    console.warn(`skipped: no recorded market data in ${FOLDER}`);
    isAbsenceSaid = true;
  }
  return false;
}

/** @param path below the folder of recorded data: "klines/bybit-7-perps-2025-06" */
export function recordingPath(path: string): string {
  return `${FOLDER}${path}`;
}

/** The text of a recorded file, unpacked where its name ends in .gz, without a byte order mark. */
export function readRecording(path: string): string {
  const bytes = readFileSync(recordingPath(path));
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\uFEFF/, "");
}

/** A recorded body of the exchange, parsed: "error-bodies.json". */
export function readRecordedBody(name: string): unknown {
  return JSON.parse(readRecording(`bodies/${name}`));
}

/** Candles of seven perpetuals in June 2025: a folder for each timeframe in minutes, a file for each symbol. */
export const RECORDED_KLINES = "klines/bybit-7-perps-2025-06";
