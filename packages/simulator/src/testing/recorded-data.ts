import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const DIRECTORY = fileURLToPath(new URL("../../../../../shared/data/", import.meta.url));

/** Recorded candles of seven perpetuals, June 2025. */
export const KLINES_DIRECTORY = `${DIRECTORY}klines/bybit-7-perps-2025-06`;

/**
 * Whether the recordings are there. Without them the tests that need them are skipped with a printed reason; in CI that
 * is a failure.
 */
export function hasRecordings(): boolean {
  if (existsSync(DIRECTORY)) {
    return true;
  }
  if (process.env.CI) {
    throw new Error(`the recordings are missing: ${DIRECTORY}`);
  }
  console.warn(`skipped: no recordings in ${DIRECTORY}`);
  return false;
}

/** A recorded body of the exchange, parsed. */
export function recordedBody(name: string): unknown {
  return JSON.parse(readFileSync(`${DIRECTORY}bodies/${name}`, "utf8"));
}
