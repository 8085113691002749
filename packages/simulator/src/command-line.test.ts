import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { UsageError } from "./errors.ts";

function optionsOf(line: string) {
  const command = parseCommandLine(line.split(" ").filter((word) => word !== ""));
  if (command.kind !== "run") {
    throw new Error("only help");
  }
  return command.options;
}

describe("the command line", () => {
  test("has defaults for everything", () => {
    expect(optionsOf("")).toEqual({
      market: { kind: "generated", seed: 42, symbolCount: 520 },
      port: 9900,
      speed: 1,
      banMs: 600_000,
    });
  });

  test("takes a generated market", () => {
    expect(optionsOf("--port 0 --seed 7 --symbols 30 --speed 0.5 --ban-ms 2000")).toEqual({
      market: { kind: "generated", seed: 7, symbolCount: 30 },
      port: 0,
      speed: 0.5,
      banMs: 2000,
    });
  });

  test("takes a replay", () => {
    expect(optionsOf("--replay some/where --at 2025-06-10T12:00:00Z --speed 60").market).toEqual({
      kind: "replay",
      directory: "some/where",
      atMs: Date.UTC(2025, 5, 10, 12),
      seed: 42,
    });
    expect(optionsOf("--replay x --at 2025-06-10T12:00:00+02:00").market).toMatchObject({
      atMs: Date.UTC(2025, 5, 10, 10),
    });
  });

  test("shows help", () => {
    expect(parseCommandLine(["--help"])).toEqual({ kind: "help" });
  });

  test.each([
    ["--port http", "--port http is not usable", "0 to 65535"],
    ["--port 70000", "--port 70000 is not usable", "0 to 65535"],
    ["--port 1e3", "--port 1e3 is not usable", "whole number"],
    ["--seed -1", "'--seed' argument is ambiguous", "--help"],
    ["--seed=-1", "--seed -1 is not usable", "whole number"],
    ["--seed 1.5", "--seed 1.5 is not usable", "whole number"],
    ["--symbols 1", "--symbols 1 is not usable", "from 2"],
    ["--speed fast", "--speed fast is not usable", "number from 0"],
    ["--speed NaN", "--speed NaN is not usable", "number from 0"],
    ["--ban-ms=", "--ban-ms  is not usable", "whole number"],
    ["--prot 9900", "Unknown option '--prot'", "--help"],
    ["9900", "Unexpected argument '9900'", "--help"],
    ["--port", "'--port <value>' argument missing", "--help"],
    ["--at 2025-06-10T12:00:00Z", "--at needs --replay", "generated"],
    ["--replay x", "--replay needs --at", "2025-06-10T12:00:00Z"],
    ["--replay x --at noon", "--at noon is not a time", "2025-06-10T12:00:00Z"],
    ["--replay x --at 2025-06-10T12:00:00", "is not a time", "with a zone"],
    ["--replay x --at 2025-13-10T12:00:00Z", "is not a time", "with a zone"],
    ["--replay x --at 2025-06-10T12:00:00Z --symbols 5", "--symbols does not go with --replay", "recorded"],
  ])("refuses %s", (line, message, hint) => {
    expect(() => optionsOf(line)).toThrow(UsageError);
    expect(() => optionsOf(line)).toThrow(message);
    expect(() => optionsOf(line)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});
