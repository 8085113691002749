// Writes the tables of docs/methodology.md from the engine's records: `npm run docs:tables`. A test fails while they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { METHOD_RECORDS } from "../packages/engine/dist/method-records.js";
import { fillTables } from "./lib/method-tables.mjs";

const page = fileURLToPath(new URL("../docs/methodology.md", import.meta.url));
writeFileSync(page, fillTables(readFileSync(page, "utf8"), METHOD_RECORDS));
