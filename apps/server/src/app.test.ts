import { systemClock } from "@pulseboard/runtime";
import { expect, it, onTestFinished } from "vitest";
import { createApp } from "./app.ts";
import { listen } from "./http-listener.ts";
import { prepareErrorBodies } from "./prepared-bodies.ts";
import { createLogLines } from "./testing/log-lines.ts";

it("answers a defect of ours with 500 and no details; those are in the log", async () => {
  const { log, lines } = createLogLines();
  const app = createApp({
    serving: () => {
      throw new TypeError("cannot read /etc/secret");
    },
    errorBodies: prepareErrorBodies(0),
    readiness: () => ({ status: "ready", degraded: [], sequence: 1, age_s: 0 }),
    requestRefresh: () => {},
    freshForMs: null,
    clock: systemClock,
    log,
  });
  const listener = await listen({ host: "127.0.0.1", port: 0, clock: systemClock, handler: app });
  onTestFinished(() => listener.close(0));
  const response = await fetch(`${listener.url}/api/snapshot`);
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    status: "error",
    error: "internal_error",
    message: "Something went wrong here. It has been logged.",
  });
  expect(lines).toMatchObject([{ level: "error", path: "/api/snapshot", err: { message: "cannot read /etc/secret" } }]);
  // And the next one is served.
  expect((await fetch(`${listener.url}/healthz`)).status).toBe(200);
});
