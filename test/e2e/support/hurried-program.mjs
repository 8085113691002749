// Runs worker, server or both as the program does, with the durations that it is given:
// hurried-program.mjs '{"worker":true,"server":false,"durations":{...}}'
import "@pulseboard/server/keep-tick-shape";
import { runProgram } from "@pulseboard/pulseboard";

const { worker, server, durations } = JSON.parse(process.argv[2] ?? "{}");
await runProgram(process.env, { worker, server, durations });
