import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished, vi } from "vitest";
import { createReport } from "./report.ts";

it("says all on one line, without codes for the terminal and without credentials, whatever a program has said", async () => {
  const printed = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const hostile = "tar: a\u001b\u001b[2J[2J\nb redis://u:hunter2@h";
  createReport({ json: false, logFile: () => null }).say(hostile);
  createReport({ json: true, logFile: () => null }).say(hostile);
  const [plain, json] = printed.mock.calls.map(([line]) => String(line));
  expect(plain).toBe("tar: a[2J b redis://***@h");
  expect(JSON.parse(json ?? "").said).toBe("tar: a\u001b\u001b[2J[2J\nb redis://***@h");
});

it("goes on where its log cannot be written, such as on a full disk", async () => {
  const folder = await createTemporaryFolder();
  onTestFinished(() => folder.remove());
  const printed = vi.spyOn(console, "log").mockReturnValue();
  onTestFinished(() => printed.mockRestore());
  const report = createReport({ json: true, logFile: () => join(folder.path, "missing", "deploy.log") });
  await report.step("switch", async () => "done");
  await expect(report.step("validate", () => Promise.reject(new Error("not valid")))).rejects.toThrow("not valid");
  report.end("rolled_back", 1, "0.1.0 runs again");
  expect(printed.mock.calls.map(([line]) => JSON.parse(String(line)).said)).toEqual([
    "done",
    "not valid",
    "0.1.0 runs again",
  ]);
});
