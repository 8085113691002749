import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/**
 * The documents of one refresh as a worker of method version 1 published them, by key: 12 symbols of the simulator, 2 of them scored
 * over more than an hour, one alert.
 */
export function documentsOfVersion1(): ReadonlyMap<string, string> {
  const bytes = readFileSync(new URL("documents-of-version-1.json.gz", import.meta.url));
  const documents = JSON.parse(gunzipSync(bytes).toString("utf8")) as Readonly<Record<string, string>>;
  return new Map(Object.entries(documents));
}
