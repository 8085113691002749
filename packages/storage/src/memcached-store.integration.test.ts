import { createLogger, systemClock } from "@pulseboard/runtime";
import { startMemcached, type TestMemcached } from "@pulseboard/testing/servers";
import { afterAll, beforeAll } from "vitest";
import { createMemcachedStore } from "./memcached-store.ts";
import { describeDocumentStore, describeFlushableStore } from "./testing/document-store-conformance.ts";

const log = createLogger({ level: "silent", pretty: false });
let server: TestMemcached;
beforeAll(async () => {
  server = await startMemcached();
});
afterAll(() => server.stop());

const createPlace = async () => {
  // There is one place on a server; the tests of this file come one after the other.
  await server.say("flush_all");
  return {
    open: () => createMemcachedStore({ servers: [server.address], log, clock: systemClock }),
    flush: () => server.say("flush_all").then(() => undefined),
    dispose: async () => undefined,
  };
};
describeDocumentStore("The memcached store", createPlace);
describeFlushableStore("The memcached store", createPlace);
