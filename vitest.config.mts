import { defineConfig } from "vitest/config";

// Workspaces resolve to their sources, so that a test needs no build.
const source = {
  resolve: { conditions: ["@pulseboard/source"] },
  ssr: { resolve: { conditions: ["@pulseboard/source"] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: "unit",
          // By default there is one less than processors, which on two is one.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.{ts,tsx}", "test/unit/**/*.test.mts"],
          exclude: ["**/*.integration.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: "integration",
          sequence: { groupOrder: 1 },
          include: [
            "packages/*/src/**/*.integration.test.ts",
            "apps/*/src/**/*.integration.test.ts",
            "test/integration/**/*.test.mts",
          ],
          // Real Redis and memcached on free ports.
          globalSetup: ["./test/services.mts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...source,
        test: {
          name: "e2e",
          sequence: { groupOrder: 2 },
          include: ["test/e2e/**/*.test.mts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They start whole processes and measure rates: one file at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
