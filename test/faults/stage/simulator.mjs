// Runs the simulator at true speed, with a market time that is the wall clock's, so that the market goes on over restarts:
// simulator.mjs '{"port":12345,"market":{...},...}'
import { systemClock } from "@pulseboard/runtime";
import { startSimulator } from "@pulseboard/simulator";

const simulator = await startSimulator({ ...JSON.parse(process.argv[2] ?? "{}"), clock: systemClock });
process.send?.("ready");
// The test's process is gone.
process.on("disconnect", () => void simulator.close().then(() => process.exit(0)));
