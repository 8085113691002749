// Appends refreshes to a history, as fast as the disk takes them, until it is killed: node append-history.mjs DATA_DIR FIRST
// Says the number of each that is kept, on a line of its own.
import { writeSync } from "node:fs";
import { HISTORY_DURATIONS, openHistory } from "@pulseboard/history";
import { createLogger, createOutageLog, RUNTIME_DURATIONS, systemClock } from "@pulseboard/runtime";
import { madeRefresh } from "./made-refresh.mjs";

const [, , dataDir = "", first = ""] = process.argv;
const log = createLogger({ level: "error", pretty: false });
const history = openHistory({
  dataDir,
  origin: "bybit",
  simulated: false,
  methodVersion: 2,
  log,
  outages: createOutageLog(log, systemClock, RUNTIME_DURATIONS),
  clock: systemClock,
  durations: HISTORY_DURATIONS,
});
for (let number = Number(first); ; number++) {
  const outcome = await history.append(madeRefresh(number));
  writeSync(1, outcome === "kept" ? `${number}\n` : `${number} ${outcome}\n`);
}
