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
  const shared = {
    provide: { thorough },
    // All projects run side by side, whole programs first: those mostly wait, while the units compute. Nothing here may measure
    // time therefore; that is for the benchmarks.
    maxWorkers: 4,
    testTimeout: thorough ? 900_000 : 240_000,
    hookTimeout: 240_000,
    // What is waited for comes when it comes, on a busy machine.
    expect: { poll: { timeout: 30_000 } },
  };
  return {
    test: {
      projects: [
        {
          ...source,
          test: {
            ...shared,
            name: "unit",
            include: [
              "packages/*/src/**/*.test.ts",
              "apps/*/src/**/*.test.{ts,tsx}",
              "test/unit/**/*.test.mts",
              // What the fault machine draws, and what it makes of what it has seen.
              "test/faults/{draw.test.mts,invariants/**/*.test.mts}",
            ],
            exclude: ["**/*.integration.test.ts", "**/*.integration.slow.test.ts", ...slow],
          },
        },
        {
          ...source,
          test: {
            ...shared,
            name: "integration",
            include: [
              "packages/*/src/**/*.integration.{test,slow.test}.ts",
              "apps/*/src/**/*.integration.{test,slow.test}.ts",
              "test/integration/**/*.test.mts",
              // The parts of the fault machine.
              "test/faults/*/**/*.test.mts",
            ],
            exclude: ["test/faults/invariants/**", ...slow],
            // Real Redis and memcached on free ports.
            globalSetup: ["./test/services.mts"],
          },
        },
        {
          ...source,
          test: {
            ...shared,
            name: "e2e",
            include: ["test/e2e/**/*.test.mts"],
            exclude: slow,
            // As above, and one browser.
            globalSetup: ["./test/services.mts", "./test/browser.mts"],
          },
        },
        {
          ...source,
          test: {
            ...shared,
            name: "faults",
            include: ["test/faults/lane-*.test.mts"],
            // After all others, as much in it has a bound; two lanes for two cores.
            sequence: { groupOrder: 1 },
            maxWorkers: 2,
            testTimeout: 240_000,
            // Each seed prints its own line.
            disableConsoleIntercept: true,
          },
        },
        // Half an hour: only for scripts/test-soak.mjs.
        ...(process.env.PULSEBOARD_SOAK === undefined
          ? []
          : [
              {
                ...source,
                test: { name: "soak", include: ["test/faults/soak/soak-run.mts"], disableConsoleIntercept: true },
              },
            ]),
      ],
    },
  };
});
