import { PulseboardError } from "@pulseboard/runtime";
import { describe, expect, test } from "vitest";
import { parse } from "../testing/parse.ts";
import { readSimulatorArguments, type SimulatorArguments } from "./simulator.ts";

const DEFAULTS: SimulatorArguments = { port: "9900", seed: "42", speed: "1", banMs: "600000" };
const read = (values: Partial<SimulatorArguments>) => readSimulatorArguments({ ...DEFAULTS, ...values });

describe("the simulator's options", () => {
  test("have defaults", () => {
    expect(read({})).toEqual({
      market: { kind: "generated", seed: 42, symbolCount: 520 },
      port: 9900,
      speed: 1,
      banMs: 600_000,
    });
  });

  test("ask for a generated market", () => {
    expect(read({ port: "0", seed: "7", symbols: "30", speed: "0.5", banMs: "2000" })).toEqual({
      market: { kind: "generated", seed: 7, symbolCount: 30 },
      port: 0,
      speed: 0.5,
      banMs: 2000,
    });
  });

  test("ask for a generated market that goes on from an earlier start", () => {
    expect(read({ at: "2025-06-10T12:00:00.250Z", listingsAt: "2025-06-01T00:00:00Z" })).toMatchObject({
      market: { kind: "generated", listingsAtMs: Date.UTC(2025, 5, 1) },
      startAtMs: Date.UTC(2025, 5, 10, 12) + 250,
    });
  });

  test("ask for a replay", () => {
    expect(read({ replay: "some/where", at: "2025-06-10T12:00:00Z", speed: "60" }).market).toEqual({
      kind: "replay",
      directory: "some/where",
      atMs: Date.UTC(2025, 5, 10, 12),
      seed: 42,
    });
    expect(read({ replay: "x", at: "2025-06-10T12:00:00+02:00" }).market).toMatchObject({
      atMs: Date.UTC(2025, 5, 10, 10),
    });
  });

  test.each<[Partial<SimulatorArguments>, string, string]>([
    [{ port: "http" }, "--port http is not usable", "0 to 65535"],
    [{ port: "70000" }, "--port 70000 is not usable", "0 to 65535"],
    [{ port: "1e3" }, "--port 1e3 is not usable", "whole number"],
    [{ seed: "-1" }, "--seed -1 is not usable", "whole number"],
    [{ seed: "1.5" }, "--seed 1.5 is not usable", "whole number"],
    [{ symbols: "1" }, "--symbols 1 is not usable", "from 2"],
    [{ speed: "fast" }, "--speed fast is not usable", "number from 0"],
    [{ speed: "NaN" }, "--speed NaN is not usable", "number from 0"],
    [{ banMs: "" }, "--ban-ms  is not usable", "whole number"],
    [{ at: "noon" }, "--at noon is not a time", "2025-06-10T12:00:00Z"],
    [{ listingsAt: "noon" }, "--listings-at noon is not a time", "2025-06-10T12:00:00Z"],
    [
      { replay: "x", at: "2025-06-10T12:00:00Z", listingsAt: "2025-06-10T12:00:00Z" },
      "--listings-at does not go with --replay",
      "recorded",
    ],
    [{ replay: "x" }, "--replay needs --at", "2025-06-10T12:00:00Z"],
    [{ replay: "x", at: "noon" }, "--at noon is not a time", "2025-06-10T12:00:00Z"],
    [{ replay: "x", at: "2025-06-10T12:00:00" }, "is not a time", "with a zone"],
    [{ replay: "x", at: "2025-13-10T12:00:00Z" }, "is not a time", "with a zone"],
    [{ replay: "x", at: "2025-06-10T12:00:00Z", symbols: "5" }, "--symbols does not go with --replay", "recorded"],
  ])("refuse %j", (values, message, hint) => {
    expect(() => read(values)).toThrow(PulseboardError);
    expect(() => read(values)).toThrow(message);
    expect(() => read(values)).toThrow(expect.objectContaining({ hint: expect.stringContaining(hint) }));
  });
});

test.each([
  [["--prot", "9900"], "simulator: Unknown option '--prot': --help lists the options\n"],
  [["9900"], "simulator: Unexpected argument '9900': --help lists the options\n"],
  [["--port"], "simulator: Option '--port <value>' argument missing: --help lists the options\n"],
])("pulseboard simulator %j is one line that says what to do", async (args, line) => {
  expect(await parse("simulator", ...args)).toMatchObject({ out: "", err: line });
});

test("pulseboard simulator --help lists each option", async () => {
  const { out } = await parse("simulator", "--help");
  for (const option of [
    "--port",
    "--seed",
    "--symbols",
    "--replay",
    "--at",
    "--listings-at",
    "--speed",
    "--ban-ms",
    "--help",
  ]) {
    expect(out).toMatch(new RegExp(`^ .*${option}\\b`, "m"));
  }
});
