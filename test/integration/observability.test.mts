import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTemporaryFolder } from "@pulseboard/testing/temporary-folder";
import { describe, expect, it, onTestFinished } from "vitest";
import { dashboardExpressions, OBSERVABILITY } from "./support/observability.mts";
import { isLeftOut, runTool } from "./support/promtool.mts";

describe.skipIf(isLeftOut("promtool"))("Prometheus's promtool", () => {
  it("takes the configuration and the rules in it", async () => {
    const { code, output } = await runTool("promtool", ["check", "config", "prometheus.yml"], { cwd: OBSERVABILITY });
    expect(output).toContain("12 rules found");
    expect(code).toBe(0);
  });

  it("finds that each alert sounds when it must, and not just below", async () => {
    const { code, output } = await runTool("promtool", ["test", "rules", "pulseboard.rules.test.yml"], {
      cwd: OBSERVABILITY,
    });
    expect(output).toContain("SUCCESS");
    expect(code).toBe(0);
  });

  it("understands every expression of the dashboard", async () => {
    const { path, remove } = await createTemporaryFolder();
    onTestFinished(remove);
    const file = join(path, "dashboard.rules.yml");
    const rules = dashboardExpressions().map((expr, index) => ({ record: `panel:${index}`, expr }));
    await writeFile(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
    const { code, output } = await runTool("promtool", ["check", "rules", file]);
    expect(output).toContain(`${rules.length} rules found`);
    expect(code).toBe(0);
  });
});
