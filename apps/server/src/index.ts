export { SERVER_DURATIONS, type ServerDurations } from "./durations.ts";
export { type RunningServer, startServer } from "./start-server.ts";
