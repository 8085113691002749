import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { expect, it, onTestFinished, vi } from "vitest";
import { createReport } from "./report.ts";

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
