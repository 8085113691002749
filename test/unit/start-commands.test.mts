import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const { apps } = createRequire(import.meta.url)("../../ecosystem.config.js");

it("the server has the same memory under PM2 and by npm", () => {
  const { node_args: flags, env } = apps.find(({ name }: { name: string }) => name === "pulseboard-server");
  expect(flags).not.toEqual([]);
  const { NODE_ENV: _, ...allocator } = env;
  expect(Object.keys(allocator)).not.toEqual([]);
  const settings = Object.entries(allocator).map(([name, value]) => `${name}=${value}`);
  expect(scripts["start:server"]).toBe(
    `exec env ${settings.join(" ")} node ${flags.join(" ")} apps/pulseboard/dist/main.js server`,
  );
});
