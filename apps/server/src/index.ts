export { SERVER_DURATIONS, type ServerDurations } from "./durations.ts";
export { startServer } from "./start-server.ts";
