import { defineConfig } from "vitest/config";

// Workspaces resolve to their sources, so that a test needs no build.
const source = {
  resolve: { conditions: ["@pulseboard/source"] },
  ssr: { resolve: { conditions: ["@pulseboard/source"] } },
};

/** `vitest --mode all` is the thorough run: with slow suites, and with property tests of many cases. */
export default defineConfig(({ mode }) => {
  const thorough = mode === "all";
  const slow = thorough ? [] : ["**/*.slow.test.*"];
  const shared = { provide: { thorough } };
  return {
    test: {
      projects: [
        {
          ...source,
          test: {
            ...shared,
            name: "unit",
            // By default there is one less than processors, which on two is one.
            maxWorkers: 2,
            sequence: { groupOrder: 0 },
            include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.{ts,tsx}", "test/unit/**/*.test.mts"],
            exclude: ["**/*.integration.test.ts", "**/*.integration.slow.test.ts", ...slow],
            testTimeout: 60_000,
          },
        },
        {
          ...source,
          test: {
            ...shared,
            name: "integration",
            sequence: { groupOrder: 1 },
            include: [
              "packages/*/src/**/*.integration.{test,slow.test}.ts",
              "apps/*/src/**/*.integration.{test,slow.test}.ts",
              "test/integration/**/*.test.mts",
            ],
            exclude: slow,
            // Real Redis and memcached on free ports.
            globalSetup: ["./test/services.mts"],
            testTimeout: 60_000,
            hookTimeout: 60_000,
          },
        },
        {
          ...source,
          test: {
            ...shared,
            name: "e2e",
            sequence: { groupOrder: 2 },
            include: ["test/e2e/**/*.test.mts"],
            exclude: slow,
            testTimeout: 120_000,
            hookTimeout: 120_000,
            // They start whole processes and measure rates: one file at a time.
            fileParallelism: false,
          },
        },
      ],
    },
  };
});
