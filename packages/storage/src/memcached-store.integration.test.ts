import { startMemcached, type TestMemcached } from "@pulseboard/testing/servers";
import { afterAll, beforeAll } from "vitest";
import {
  describeDocumentStore,
  describeFlushableStore,
  describeSingles,
} from "./testing/document-store-conformance.ts";
import { openMemcached } from "./testing/tools.ts";

let server: TestMemcached;
beforeAll(async () => {
  server = await startMemcached();
});
afterAll(() => server.stop());

const createPlace = async () => {
  // There is one place on a server; the tests of this file come one after the other.
  await server.say("flush_all");
  return {
    open: () => openMemcached([server.address]),
    flush: () => server.say("flush_all").then(() => undefined),
    dispose: async () => undefined,
  };
};
describeDocumentStore("The memcached store", createPlace);
describeFlushableStore("The memcached store", createPlace);
describeSingles("The memcached store", createPlace);
