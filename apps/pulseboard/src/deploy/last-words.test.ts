import { expect, it } from "vitest";
import { lastWords } from "./last-words.ts";

const STACK = "    at start (file:///srv/dist/main.mjs:1:7)\n    at async file:///srv/dist/main.mjs:2335:2\n";

it.each([
  ["an error with its stack", `{"level":"info"}\nError: broken build\n${STACK}`, "Error: broken build"],
  [
    "an error that Node prints",
    `file:///a.mjs:1\nx y\n\nSyntaxError: Unexpected y\n${STACK}\nNode.js v20\n`,
    "SyntaxError: Unexpected y",
  ],
  [
    "an error with a code",
    `Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'\n${STACK}`,
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'x'",
  ],
  ["a refused start", "{}\npulseboard: Port 80 is taken.\n  Set PORT.\n", "Port 80 is taken. Set PORT."],
  ["anything else", "one\n  no server today\n", "no server today"],
  ["nothing", "", ""],
])("says the cause of %s", (_, output, expected) => {
  expect(lastWords(output)).toBe(expected);
});
