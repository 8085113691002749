import { describe, expect, it, vi } from "vitest";
import { parse } from "../testing/parse.ts";
import { createCommandLine } from "./command-line.ts";

const commands = createCommandLine(vi.fn()).commands;
const COMMANDS: readonly { readonly name: string; readonly npm: string; readonly operands?: readonly string[] }[] = [
  { name: "start", npm: "npm start" },
  { name: "demo", npm: "npm run demo" },
  { name: "worker", npm: "npm run start:worker" },
  { name: "server", npm: "npm run start:server" },
  { name: "refresh", npm: "npm run refresh" },
  { name: "doctor", npm: "npm run doctor" },
  { name: "deploy", npm: "npm run deploy", operands: ["pulseboard-0.2.0.tgz", "--local", "."] },
  { name: "rollback", npm: "npm run rollback", operands: ["0.1.0"] },
  { name: "simulator", npm: "npm run simulator" },
  { name: "record", npm: "npm run record" },
  { name: "validate", npm: "npm run validate", operands: ["http://127.0.0.1:1"] },
  { name: "export", npm: "npm run export" },
];

describe("pulseboard", () => {
  it("has these commands, and its help lists each", async () => {
    expect(commands.map((command) => command.name())).toEqual(COMMANDS.map(({ name }) => name));
    const { exitCode, out, err } = await parse("--help");
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    for (const command of commands) {
      expect(out).toMatch(new RegExp(`^ {2}${command.name()} `, "m"));
      expect(out).toContain(command.description().split(" ").slice(0, 4).join(" "));
    }
  });

  it("says its version and commit", async () => {
    const { exitCode, out, err } = await parse("--version");
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(/^\d+\.\d+\.\d+\+([0-9a-f]{7,}|unknown)\n$/);
  });

  it("shows its help as an error when no command is given", async () => {
    const { exitCode, out, err } = await parse();
    expect(exitCode).not.toBe(0);
    expect(out).toBe("");
    expect(err).toMatch(/^Usage: pulseboard /);
  });

  it.each([
    [["reload"], "unknown command 'reload'"],
    [["--bogus"], "unknown option '--bogus'"],
    [["strat"], "(Did you mean start?)"],
    [["help", "reload"], "Usage: pulseboard"],
  ])("refuses %j", async (args, told) => {
    const { exitCode, out, err } = await parse(...args);
    expect(exitCode).not.toBe(0);
    expect(out).toBe("");
    expect(err).toContain(told);
    expect(err).toContain("--help");
  });
});

describe.each(COMMANDS)("pulseboard $name", ({ name, npm, operands = [] }) => {
  it("explains itself, with the npm script that runs it", async () => {
    const { exitCode, out, err } = await parse(name, "--help");
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(out).toMatch(new RegExp(`^Usage: pulseboard ${name} `));
    expect(out).toContain(`\nHere: ${npm} -- [options]\n`);
  });

  it.each([
    [["--bogus"], "nknown option '--bogus'"],
    [["now"], "nexpected argument 'now'"],
    [["--help-me"], "nknown option '--help-me'"],
  ])("refuses %j, and says what to do", async (args, told) => {
    const { exitCode, out, err } = await parse(name, ...operands, ...args);
    expect(exitCode).not.toBe(0);
    expect(out).toBe("");
    expect(err).toContain(told);
    expect(err).toContain("--help");
  });

  it("shows nobody a password that was typed where none belongs", async () => {
    for (const typed of [
      "redis://admin:hunter2@host",
      "redis://:hunter2/x y'z@host",
      "me:hunter2@host",
      "redis://:hunter2",
    ]) {
      const { err } = await parse(name, ...operands, typed);
      expect(err).toContain("nexpected argument '***'");
      expect(err).not.toContain("hunter2");
    }
  });
});

it.each([
  ["start", { worker: true, server: true }],
  ["worker", { worker: true, server: false }],
  ["server", { worker: false, server: true }],
])("pulseboard %s runs %j with the process's environment", async (name, parts) => {
  const run = vi.fn(async () => {});
  await createCommandLine(run).parseAsync([name], { from: "user" });
  expect(run.mock.calls).toEqual([[process.env, parts]]);
});
