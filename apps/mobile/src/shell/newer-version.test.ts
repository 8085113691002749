import { describe, expect, it } from "vitest";
import { isOtherBuild } from "./newer-version.ts";

describe("isOtherBuild", () => {
  const page = (script: string) => `<div id="app"></div><script src="/mobile/assets/${script}"></script>`;
  it.each([
    ["the same build", page("main-a.js"), false],
    ["another build", page("main-b.js"), true],
    ["a network's login page", "<title>Log in</title>", false],
    ["nothing", "", false],
  ])("%s", (_name, text, expected) => {
    expect(isOtherBuild(text, "/mobile/assets/main-a.js")).toBe(expected);
  });
});
