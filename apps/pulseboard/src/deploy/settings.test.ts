import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished } from "vitest";
import { layoutOf } from "./layout.ts";
import { readSettings, type Settings } from "./settings.ts";

async function settingsOf(text: string): Promise<Settings> {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const layout = layoutOf(folder.path);
  mkdirSync(dirname(layout.envFile));
  writeFileSync(layout.envFile, text);
  return readSettings(layout);
}

it.each<[string, Partial<Settings>]>([
  ["", { url: "http://127.0.0.1:8002", origin: "bybit", askEveryMs: 100 }],
  ["HOST=::\nPORT=9\nEXCHANGE=simulator\n", { url: "http://127.0.0.1:9", origin: "simulator" }],
  ["HOST=::1\n", { url: "http://[::1]:8002" }],
  // A quarter of 300 a minute: the validation needs the rest.
  ["RATE_LIMIT_PER_MINUTE=300\n", { askEveryMs: 800 }],
  // Two periods, and three minutes.
  ["REFRESH_CRON=*/5 * * * * *\n", { validationMs: 190_000 }],
  ["RATE_LIMIT_PER_MINUTE=0\n", { askEveryMs: 100 }],
])("the running server is found, and asked no more than it allows, by %j", async (text, expected) => {
  expect(await settingsOf(text)).toMatchObject(expected);
});

it("a server on no port of its own cannot be asked, and that is said", async () => {
  await expect(settingsOf("PORT=0\n")).rejects.toThrow("PORT=0");
});
