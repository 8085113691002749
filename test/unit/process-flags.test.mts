import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const { apps } = createRequire(import.meta.url)("../../ecosystem.config.js") as {
  readonly apps: readonly { readonly name: string; readonly node_args: readonly string[] }[];
};

// Each flag was measured, and one that was found to do harm must not live on beside PM2.
it.each([
  ["pulseboard-worker", "deploy/systemd/pulseboard-worker.service", /^ExecStart=.*$/m],
  ["pulseboard-server", "deploy/systemd/pulseboard-server@.service", /^ExecStart=.*$/m],
  ["pulseboard-worker", "deploy/container/compose.yaml", /command:(?:\n +- .*)*?\n +- worker\n/],
  ["pulseboard-server", "deploy/container/compose.yaml", /command:(?:\n +- .*)*?\n +- server\n/],
  ["pulseboard-server", "package.json", /"start:server": .*/],
])("%s has the same flags of Node in %s as under PM2", (name, path, pattern) => {
  const [command = ""] = pattern.exec(read(path)) ?? [];
  const flags = command.match(/--[a-z-]+(?:=\d+)?/g) ?? [];
  expect(flags).toEqual(apps.find((app) => app.name === name)?.node_args);
});
