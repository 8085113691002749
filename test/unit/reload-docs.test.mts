import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const DOCS = ["README.md", ...readdirSync(new URL("docs", ROOT)).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith(".md"),
);

it("each reload under PM2 in the docs has the check of the configuration beside it", () => {
  const paragraphs = DOCS.flatMap((path) => readFileSync(new URL(path, ROOT), "utf8").split(/\n\s*\n/));
  const reloads = paragraphs.filter((text) => text.includes("pm2 reload"));
  expect(reloads.length).toBeGreaterThan(1);
  expect(reloads.filter((text) => !text.includes("--config"))).toEqual([]);
});
