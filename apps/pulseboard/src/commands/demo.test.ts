import { expect, it } from "vitest";
import { demoEnvironment } from "./demo.ts";

it("leads nowhere but to the simulator, and keeps its data apart", () => {
  const env = {
    PORT: "8002",
    EXCHANGE: "bybit",
    EXCHANGE_URL: "https://mirror.example",
    REFERENCE_URL: "https://reference.example",
    REDIS_URL: "redis://real",
    MEMCACHED_SERVERS: "real:11211",
    PUBLISH_LEGACY_KEYS: "true",
    DATA_DIR: "/var/lib/pulseboard",
  };
  expect(demoEnvironment(env, "http://127.0.0.1:9")).toEqual({
    PORT: "8002",
    EXCHANGE: "simulator",
    EXCHANGE_URL: "http://127.0.0.1:9",
    REFERENCE_URL: "http://127.0.0.1:9",
    REDIS_URL: "",
    MEMCACHED_SERVERS: "",
    PUBLISH_LEGACY_KEYS: "",
    DATA_DIR: "/var/lib/pulseboard/demo",
  });
});

it("keeps its data in ./data/demo by default, also where DATA_DIR is empty", () => {
  expect(demoEnvironment({}, "http://127.0.0.1:9").DATA_DIR).toBe("data/demo");
  expect(demoEnvironment({ DATA_DIR: "" }, "http://127.0.0.1:9").DATA_DIR).toBe("data/demo");
});
