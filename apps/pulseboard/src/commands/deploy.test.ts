import { expect, it } from "vitest";
import { parse } from "../testing/parse.ts";

it.each([
  [["deploy"], "missing required argument 'file'"],
  [["deploy", "x.tgz"], "say where: --local DIR or --to HOST:DIR"],
  [["deploy", "x.tgz", "--local", "a", "--to", "b:c"], "say where: --local DIR or --to HOST:DIR"],
  [["deploy", "x.tgz", "--to", "nowhere"], "the place cannot be used: expected HOST:DIR"],
  [["rollback", "--local", "a", "--to", "b:c"], "either --local DIR or --to HOST:DIR"],
  [["rollback", "--to", "nowhere"], "the place cannot be used: expected HOST:DIR"],
  [["rollback"], "this program was not deployed: say where"],
])("%j is refused in words", async (args, message) => {
  const { err, exitCode } = await parse(...args);
  expect(err).toContain(`pulseboard: ${message}`);
  expect(exitCode).not.toBe(0);
});

it.each(["deploy", "rollback"])("%s --help names the exit codes", async (name) => {
  const { out, exitCode } = await parse(name, "--help");
  expect(out).toContain("Exit codes:\n  0  the release runs, and is valid\n");
  expect(out).toContain("--dry-run");
  expect(exitCode).toBe(0);
});
