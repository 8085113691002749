export type { EdgeOptions, ServerContext } from "./server-context.ts";
export { ServerError } from "./server-error.ts";
export { type RunningServer, startServer } from "./start-server.ts";
